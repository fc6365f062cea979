// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, GameStatus} from "../../contracts/interfaces/IDisputeGame.sol";
import {Assertion, AssertionStatus} from "../../contracts/types/Inference.sol";
import {GameId} from "../../contracts/types/Ids.sol";
import {Challengers} from "./Challengers.sol";
import {Answer, Match} from "./Records.sol";

/// @title  What honest parties have to do in time, and how time passes
/// @notice They may be as late as the rules allow, and are never later: an honest operator answers in its turn, an honest challenger opens a game
///         over every lie and moves in its turn.
abstract contract Honesty is Challengers {
    uint256 private constant FOREVER = type(uint256).max;
    /// @dev Whether an honest challenger has a game over an answer.
    mapping(uint256 answer => bool) internal challenged;

    /// @dev Lets time pass; who has to act before its end acts now.
    function _pass(uint256 duration) internal {
        while (_leastLeft() <= duration) _work(duration);
        _wait(duration);
    }

    /// @dev All that honest parties can do, now.
    function _workAll() internal {
        while (_leastLeft() != FOREVER) _work(FOREVER);
    }

    /// @dev Seconds until the first honest party would be late.
    function _leastLeft() private view returns (uint256 least) {
        least = FOREVER;
        for (uint256 i = 0; i < answers.length; ++i) {
            (bool due, uint256 left) = _toOpen(i);
            if (due && left < least) least = left;
        }
        for (uint256 i = 0; i < matches.length; ++i) {
            (bool due, uint256 left) = _honestToMove(i);
            if (due && left < least) least = left;
        }
    }

    /// @dev Does what cannot wait for so many seconds.
    function _work(uint256 duration) private {
        for (uint256 i = 0; i < answers.length; ++i) {
            (bool due, uint256 left) = _toOpen(i);
            if (due && left <= duration) _openHonestly(i, challengers[i % 2]);
        }
        // A game cannot be won in the block of its opening.
        _wait(0);
        for (uint256 i = 0; i < matches.length; ++i) {
            (bool due, uint256 left) = _honestToMove(i);
            if (due && left <= duration) _moveHonestly(i);
        }
        _wait(0);
    }

    function _openHonestly(uint256 answer, address challenger) internal {
        _open(answer, challenger, true);
        challenged[answer] = true;
    }

    function _moveHonestly(uint256 match_) internal {
        (bool asserters,) = _asserterToMove(match_);
        if (asserters) _defend(match_);
        else _attack(match_);
    }

    /// @dev Whether nobody honest has challenged a lie that can still be challenged.
    function _toOpen(uint256 answer) internal view returns (bool, uint256 left) {
        Answer storage a = answers[answer];
        if (a.truthful || challenged[answer]) return (false, 0);
        Assertion memory assertion = oracle.assertion(a.id);
        if (assertion.status != AssertionStatus.STANDING) return (false, 0);
        uint256 end = uint256(assertion.assertedAt) + oracle.request(questions[a.question].id).terms.liveness;
        return end < block.timestamp ? (false, 0) : (true, end - block.timestamp);
    }

    /// @dev Whether an honest party is in turn.
    function _honestToMove(uint256 match_) internal view returns (bool toMove, uint256 left) {
        if (answers[matches[match_].answer].truthful) (toMove, left) = _asserterToMove(match_);
        if (!toMove && matches[match_].honest) (toMove, left) = _challengerToMove(match_);
    }

    /// @dev Whether a game can be ended by anybody: by a timeout, or by a refund after its assertion fell.
    function _endable(uint256 match_) internal view returns (bool timedOut, bool void_) {
        Game memory g = game.game(matches[match_].id);
        if (g.status != GameStatus.IN_PROGRESS) return (false, false);
        if (game.killOf(answers[matches[match_].answer].id).order != 0) return (false, true);
        timedOut = g.clock.expired(block.timestamp - g.clock.since);
    }
}
