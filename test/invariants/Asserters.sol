// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../contracts/interfaces/IDisputeGame.sol";
import {Game, GameStatus} from "../../contracts/interfaces/IDisputeGame.sol";
import {Side} from "../../contracts/types/Clock.sol";
import {AssertionId, GameId} from "../../contracts/types/Ids.sol";
import {Tiny, Trace} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Answer, Match, Question} from "./Records.sol";
import {World} from "./World.sol";

/// @title What asserters do: answer, and defend what they claimed
abstract contract Asserters is World {
    /// @dev The caller has seen that the request takes answers and the stake has room.
    function _answer(uint256 question, address asserter, bool truthful, Trace memory claim) internal {
        Question storage q = questions[question];
        bytes32[] memory leaves = Tiny.leaves(claim, oracle.saltOf(q.id, asserter));
        bytes32[][] memory place = new bytes32[][](1);
        place[0] = Tiny.branch(leaves, 3);
        bytes32 root = Tiny.root(leaves);
        vm.prank(asserter);
        AssertionId id = oracle.assertResult(q.id, Tiny.output(claim), root, place);
        answers.push();
        Answer storage a = answers[answers.length - 1];
        (a.id, a.question, a.asserter, a.truthful, a.claim) = (id, question, asserter, truthful, claim);
        a.index = oracle.assertionCount(q.id) - 1;
    }

    /// @dev Likewise, with a lie of a kind.
    function _lie(uint256 question, address asserter, uint256 kind, uint256 seed) internal {
        _answer(question, asserter, false, Tiny.lie(questions[question].input, kind, seed));
        answers[answers.length - 1].kind = uint8(kind);
    }

    /// @dev The asserter posts what the game waits for. It has no choice to make.
    function _defend(uint256 match_) internal {
        Match storage m = matches[match_];
        Answer storage a = answers[m.answer];
        Game memory g = game.game(m.id);
        Trace memory claim = a.claim;
        if (g.phase == Phase.TRACE) {
            bytes32[] memory leaves = _leaves(m.answer);
            vm.prank(a.asserter);
            game.reveal(m.id, leaves);
        } else if (g.phase == Phase.KERNEL) {
            bytes32[] memory interior = new bytes32[](2);
            interior[0] = claim.words[Tiny.INTERIOR];
            vm.prank(a.asserter);
            game.swearInterior(m.id, interior, "");
        } else if (g.phase == Phase.TENSOR) {
            bytes32[] memory word = new bytes32[](1);
            word[0] = claim.words[g.kernel];
            vm.prank(a.asserter);
            game.reveal(m.id, word);
        } else {
            vm.prank(a.asserter);
            game.swearTotals(m.id, _totals(claim), "");
        }
    }

    /// @notice Whether a game waits for its asserter, who has time left.
    function _asserterToMove(uint256 match_) internal view returns (bool toMove, uint256 left) {
        return _toMove(match_, Side.ASSERTER);
    }

    function _toMove(uint256 match_, Side side) internal view returns (bool, uint256 left) {
        Game memory g = game.game(matches[match_].id);
        if (!_alive(match_, g) || g.clock.turn != side) return (false, 0);
        uint256 end = g.clock.since + g.clock.left();
        if (block.timestamp > end) return (false, 0);
        return (true, end - block.timestamp);
    }

    /// @dev In progress over an assertion that stands.
    function _alive(uint256 match_, Game memory g) internal view returns (bool) {
        return g.status == GameStatus.IN_PROGRESS && game.killOf(answers[matches[match_].answer].id).order == 0;
    }

    /// @dev Of the trace tree, under the asserter's salt.
    function _leaves(uint256 answer) internal view returns (bytes32[] memory) {
        Answer storage a = answers[answer];
        return Tiny.leaves(a.claim, oracle.saltOf(questions[a.question].id, a.asserter));
    }

    function _totals(Trace memory claim) internal pure returns (uint32[] memory totals) {
        totals = new uint32[](2);
        (totals[0], totals[1]) = (claim.totals[0], claim.totals[1]);
    }
}
