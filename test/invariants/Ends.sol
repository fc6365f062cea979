// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game} from "../../contracts/interfaces/IDisputeGame.sol";
import {ClaimLeaf} from "../../contracts/interfaces/IRewardClaims.sol";
import {RequestId} from "../../contracts/types/Ids.sol";
import {Assertion, Request, RequestStatus} from "../../contracts/types/Inference.sol";
import {Honesty} from "./Honesty.sol";
import {Tiny, Trace} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Answer, Match, Question} from "./Records.sol";

/// @title How things end: games, requests, bonds, rewards, stakes
/// @notice What is not due yet is tried and left; `Protocol.t.sol` sees to it that in the end all of it was possible.
abstract contract Ends is Honesty {
    function _end(uint256 match_) internal {
        (bool timedOut, bool void_) = _endable(match_);
        if (timedOut) game.timeout(matches[match_].id);
        if (void_) game.refund(matches[match_].id);
    }

    /// @dev Settles with the true output, or lets a request expire.
    function _close(uint256 question) internal {
        Question storage q = questions[question];
        Request memory r = oracle.request(q.id);
        if (r.status != RequestStatus.OPEN) return;
        // Whoever settles is paid for the callback.
        vm.prank(spammers[1]);
        try oracle.settle(q.id, Tiny.output(Tiny.honest(q.input))) {}
        catch {
            if (block.timestamp <= r.terms.deadline) return;
            try oracle.expire(q.id) {} catch {}
        }
    }

    function _release(uint256 answer) internal {
        try oracle.release(questions[answers[answer].question].id, answers[answer].index) {} catch {}
    }

    /// @dev The challenger's own trace is true, whether it was honest in the game or not.
    function _claim(uint256 match_) internal {
        Match storage m = matches[match_];
        vm.prank(m.challenger);
        try claims.startClaim(m.id) {
            for (uint256 i = 0; i < 3; ++i) _wait(0);
        } catch {}
        try claims.drawnKernels(m.id) returns (uint32[] memory drawn) {
            ClaimLeaf[] memory leaves = _leavesOf(match_, drawn);
            bytes32 root = _ownRoot(m.answer, m.challenger);
            vm.prank(m.challenger);
            try claims.proveClaim(m.id, root, leaves) {} catch {}
        } catch {}
    }

    function _payReward(uint256 answer) internal {
        try claims.payClaim(answers[answer].id) {} catch {}
    }

    function _beginUnstake(address operator, uint256 amount) internal {
        // One that is ready is completed by the next.
        _completeUnstake(operator);
        vm.prank(operator);
        vault.beginUnstake(amount);
        staked[operator] -= amount;
        unstaking[operator] += amount;
    }

    function _completeUnstake(address operator) internal {
        (uint256 amount, uint256 readyAt) = vault.unbondingOf(operator);
        if (amount == 0 || block.timestamp < readyAt) return;
        vm.prank(operator);
        vault.completeUnstake();
        unstaking[operator] -= amount;
    }

    function _withdraw(address account) internal {
        if (vault.readyOf(account) == 0 || block.timestamp < vault.frozenUntil(account)) return;
        vm.prank(account);
        vault.withdraw(account);
    }

    function _leavesOf(uint256 match_, uint32[] memory drawn) private view returns (ClaimLeaf[] memory leaves) {
        Match storage m = matches[match_];
        RequestId requestId = questions[answers[m.answer].question].id;
        Trace memory truth = _truth(m.answer);
        Assertion memory settled = oracle.assertion(oracle.request(requestId).settledBy);
        bytes32[] memory mine = Tiny.leaves(truth, oracle.saltOf(requestId, m.challenger));
        bytes32[] memory theirs = Tiny.leaves(truth, oracle.saltOf(requestId, settled.asserter));
        leaves = new ClaimLeaf[](drawn.length);
        for (uint256 i = 0; i < drawn.length; ++i) {
            uint256 k = drawn[i];
            leaves[i] = ClaimLeaf({tensorRoot: truth.words[k], mine: Tiny.branch(mine, k), settled: Tiny.branch(theirs, k)});
        }
    }
}
