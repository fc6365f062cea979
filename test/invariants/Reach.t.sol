// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";
import {vm} from "./Vm.sol";

/// @title What the moves of the invariant test come to
contract ReachTest {
    uint256 private constant WORLDS = 6;
    uint256 private constant MOVES = 300;

    /// @notice Every kind of lie falls, and games, requests and rewards come to each of their ends: the invariants are not held by idleness.
    function test_movesComeToEveryEnd() external {
        uint256[8] memory fell;
        uint256[3] memory games;
        uint256[3] memory requests;
        uint256[3] memory told;
        Handler handler = new Handler();
        bytes4[] memory moves = handler.moves();
        uint256 beginning = vm.snapshotState();
        for (uint256 world = 0; world < WORLDS; ++world) {
            require(vm.revertToState(beginning), "the beginning is lost");
            beginning = vm.snapshotState();
            for (uint256 i = 0; i < MOVES; ++i) {
                uint256 seed = uint256(keccak256(abi.encode(world, i)));
                (bool done,) = address(handler).call(abi.encodeWithSelector(moves[seed % moves.length], seed >> 8));
                require(done, "a legal move reverts");
            }
            handler.finish();
            (uint256[8] memory f, uint256[3] memory g, uint256[3] memory r) = handler.census();
            for (uint256 i = 0; i < 8; ++i) fell[i] += f[i];
            uint256[3] memory t = handler.beliefs();
            for (uint256 i = 0; i < 3; ++i) told[i] += t[i];
            for (uint256 i = 0; i < 3; ++i) (games[i], requests[i]) = (games[i] + g[i], requests[i] + r[i]);
        }
        for (uint256 i = 0; i < 8; ++i) require(fell[i] > 0, "a kind of lie never fell");
        for (uint256 i = 0; i < 3; ++i) require(games[i] > 0 && requests[i] > 0 && told[i] > 0, "an end was never come to");
    }
}
