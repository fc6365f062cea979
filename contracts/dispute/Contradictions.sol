// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, IDisputeGame, Oath, Phase} from "../interfaces/IDisputeGame.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {GameId} from "../types/Ids.sol";
import {GameGas} from "./GameGas.sol";
import {Oaths} from "./Oaths.sol";
import {Reveals} from "./Reveals.sol";

/// @title Two contents sworn for one place
/// @notice An honest asserter has one trace, so that it never signs two; whoever holds both needs no computation.
abstract contract Contradictions is Reveals {
    /// @inheritdoc IDisputeGame
    function proveTwoOaths(GameId gameId, Phase phase, uint32 kernel, uint32 element, Oath calldata one, Oath calldata other) external {
        Game memory g = _inTime(gameId);
        if (phase != Phase.KERNEL && phase != Phase.LANE) revert DisputeGame_WrongPhase(phase);
        if (phase == Phase.KERNEL) element = 0;
        bytes32 content = _contentOf(g, phase, kernel, element, one);
        if (content == _contentOf(g, phase, kernel, element, other)) revert DisputeGame_OneOath(content);
        emit TwoOathsProved(gameId, phase, kernel, element);
        _challengerWins(gameId, _spend(g, GameGas.TWO_OATHS));
    }

    /// @dev The content, if the asserter swore it: the interior root, or the hash of the totals. Lists are told apart by what is recorded of
    ///      them, so that zeros after the end of the recorded list do not make another oath of it.
    function _contentOf(Game memory g, Phase phase, uint32 kernel, uint32 element, Oath calldata oath) private view returns (bytes32 content) {
        bytes32 hash = keccak256(oath.list);
        content = phase == Phase.KERNEL ? TensorTree.rootOfBytes(oath.list) : hash;
        if (oath.signature.length == 0) {
            // INVARIANT: what nobody swore is zero, and so is the root of a list of one zero; that is no oath.
            if (content != 0 && _isSworn(_placeAt(g.assertion, phase, kernel, element), content)) return content;
            revert DisputeGame_NotAsserter(msg.sender);
        }
        bytes32 signed =
            phase == Phase.KERNEL ? Oaths.interior(g.assertion, kernel, hash) : Oaths.totals(g.assertion, kernel, element, hash);
        if (!Oaths.isSigned(ORACLE.asserterOf(g.assertion), signed, oath.signature)) revert DisputeGame_NotAsserter(msg.sender);
    }
}
