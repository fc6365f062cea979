// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, GameStatus} from "../../contracts/interfaces/IDisputeGame.sol";
import {AssertionId} from "../../contracts/types/Ids.sol";
import {AssertionStatus, Request, RequestStatus} from "../../contracts/types/Inference.sol";
import {Signatures} from "./Signatures.sol";
import {vm} from "./Vm.sol";

/// @title What has to hold in every state, and that everything comes to an end
abstract contract Checks is Signatures {
    /// @notice Stakes, what unbonds, payouts and escrow are together what the vault holds; no other contract holds anything.
    function checkBalance() external view {
        uint256 owed = 0;
        for (uint256 i = 0; i < protocol.length; ++i) owed += vault.payoutOf(protocol[i]);
        for (uint256 i = 0; i < people.length; ++i) {
            (uint256 total,) = vault.stakeOf(people[i]);
            (uint256 unbonding,) = vault.unbondingOf(people[i]);
            owed += total + unbonding + vault.payoutOf(people[i]);
            require(vault.readyOf(people[i]) <= vault.payoutOf(people[i]), "more is ready than owed");
        }
        require(address(vault).balance == owed, "the vault does not hold what it owes");
        for (uint256 i = 0; i < protocol.length; ++i) {
            require(protocol[i] == address(vault) || protocol[i].balance == 0, "another contract holds money");
        }
    }

    /// @notice Each contract's escrow is what is still to be decided: requests, challenger bonds, rewards.
    function checkEscrow() external view {
        (uint256 fees, uint256 bonds, uint256 rewards) = (0, 0, 0);
        for (uint256 i = 0; i < questions.length; ++i) {
            if (oracle.request(questions[i].id).status == RequestStatus.OPEN) fees += questions[i].due;
        }
        for (uint256 i = 0; i < matches.length; ++i) {
            if (game.game(matches[i].id).status == GameStatus.IN_PROGRESS) bonds += matches[i].bond;
        }
        for (uint256 i = 0; i < answers.length; ++i) rewards += claims.rewardOf(answers[i].id);
        require(vault.payoutOf(address(oracle)) == fees, "the oracle's escrow is not the fees of open requests");
        require(vault.payoutOf(address(game)) == bonds, "the game's escrow is not the bonds of games in progress");
        require(vault.payoutOf(address(claims)) == rewards, "the claims' escrow is not the rewards");
    }

    /// @notice An honest operator's stake is what it put in, its answers stand, and no honest challenger has lost a game.
    function checkHonest() external view {
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 total,) = vault.stakeOf(operators[i]);
            (uint256 unbonding,) = vault.unbondingOf(operators[i]);
            require(total == staked[operators[i]] && unbonding == unstaking[operators[i]], "an honest operator lost stake");
        }
        for (uint256 i = 0; i < answers.length; ++i) {
            require(!answers[i].truthful || oracle.assertion(answers[i].id).status != AssertionStatus.DEFEATED, "the truth fell");
        }
        for (uint256 i = 0; i < matches.length; ++i) {
            GameStatus status = game.game(matches[i].id).status;
            require(!matches[i].honest || status != GameStatus.DEFENDER_WINS, "an honest challenger lost");
        }
    }

    /// @notice What is locked is the bonds of standing assertions, and within the rules.
    function checkExposure() external view {
        for (uint256 i = 0; i < people.length; ++i) {
            (uint256 total, uint256 locked) = vault.stakeOf(people[i]);
            require(locked <= total * HALF / 1e4, "more is locked than the rules let be exposed");
            uint256 bonds = 0;
            for (uint256 j = 0; j < answers.length; ++j) {
                if (answers[j].asserter != people[i] || oracle.assertion(answers[j].id).status != AssertionStatus.STANDING) continue;
                bonds += oracle.request(questions[answers[j].question].id).terms.bond;
            }
            require(locked == bonds, "what is locked is not the bonds of standing assertions");
        }
    }

    /// @notice No request is settled with what fell, nor with a lie.
    function checkSettlements() external view {
        for (uint256 i = 0; i < answers.length; ++i) {
            Request memory r = oracle.request(questions[answers[i].question].id);
            if (AssertionId.unwrap(r.settledBy) != AssertionId.unwrap(answers[i].id)) continue;
            require(r.status == RequestStatus.SETTLED, "settled by somebody without being settled");
            require(answers[i].truthful, "settled with a lie");
            require(oracle.assertion(answers[i].id).status != AssertionStatus.DEFEATED, "settled with what had fallen");
        }
    }

    /// @notice How often each end came: lies of each kind that fell, games won, lost and void, requests settled, expired, partly answered.
    function census() external view returns (uint256[8] memory fell, uint256[3] memory games, uint256[3] memory requests) {
        for (uint256 i = 0; i < answers.length; ++i) {
            if (oracle.assertion(answers[i].id).status == AssertionStatus.DEFEATED) ++fell[answers[i].kind];
        }
        for (uint256 i = 0; i < matches.length; ++i) {
            uint256 status = uint256(game.game(matches[i].id).status);
            if (status > uint256(GameStatus.IN_PROGRESS)) ++games[status - uint256(GameStatus.CHALLENGER_WINS)];
        }
        for (uint256 i = 0; i < questions.length; ++i) {
            uint256 status = uint256(oracle.request(questions[i].id).status);
            if (status > uint256(RequestStatus.OPEN)) ++requests[status - uint256(RequestStatus.SETTLED)];
        }
    }

    /// @notice Brings everything to its end, and sees everybody paid.
    function finish() external {
        consumer.setDeaf(false);
        for (uint256 day = 0; day < 12; ++day) {
            _workAll();
            for (uint256 i = 0; i < matches.length; ++i) _end(i);
            for (uint256 i = 0; i < questions.length; ++i) {
                _deliver(i);
                _close(i);
                _deliver(i);
            }
            for (uint256 i = 0; i < answers.length; ++i) {
                _release(i);
                _payReward(i);
            }
            _pass(1 days);
        }
        for (uint256 i = 0; i < questions.length; ++i) {
            require(oracle.request(questions[i].id).status != RequestStatus.OPEN, "a request cannot end");
        }
        for (uint256 i = 0; i < matches.length; ++i) {
            require(game.game(matches[i].id).status != GameStatus.IN_PROGRESS, "a game cannot end");
        }
        _checkTold();
        for (uint256 i = 0; i < people.length; ++i) {
            (uint256 total, uint256 locked) = vault.stakeOf(people[i]);
            require(locked == 0, "a bond cannot be released");
            if (total > 0) _beginUnstake(people[i], total);
        }
        _pass(1 days);
        for (uint256 i = 0; i < people.length; ++i) _completeUnstake(people[i]);
        // Past the air gap, and past the longest freeze.
        _pass(30 days);
        for (uint256 i = 0; i < people.length; ++i) _withdraw(people[i]);
        require(address(vault).balance == 0, "something stays in the vault for ever");
        for (uint256 i = 0; i < 2; ++i) {
            require(operators[i].balance >= FUNDS, "an honest operator is poorer");
            require(challengers[i].balance >= FUNDS, "an honest challenger is poorer");
        }
    }
}
