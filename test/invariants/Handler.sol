// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "../../contracts/interfaces/IDisputeGame.sol";
import {People} from "./People.sol";
import {vm} from "./Vm.sol";

/// @title  Everything that somebody may do, as a test runner calls it
/// @notice Each function makes one legal move that its seed chooses, or none where none is possible. A revert is a finding.
contract Handler is People {
    /// @notice All that is called at random.
    function moves() external pure returns (bytes4[] memory list) {
        bytes4[24] memory each = [
            this.ask.selector, this.answerHonestly.selector, this.lie.selector, this.challenge.selector, this.spam.selector,
            this.move.selector, this.move.selector, this.move.selector, this.hurry.selector, this.pass.selector, this.end.selector,
            this.close.selector, this.release.selector, this.claim.selector, this.pay.selector, this.stake.selector,
            this.unstake.selector, this.capExposure.selector, this.withdraw.selector, this.credit.selector, this.freeze.selector,
            this.contradict.selector, this.deliver.selector, this.temper.selector
        ];
        list = new bytes4[](each.length);
        for (uint256 i = 0; i < list.length; ++i) list[i] = each[i];
    }

    /// @notice Whoever is in turn in a game moves.
    function move(uint256 seed) external {
        if (matches.length == 0) return;
        uint256 match_ = seed % matches.length;
        (bool asserters,) = _asserterToMove(match_);
        (bool challengers_,) = _challengerToMove(match_);
        _wait(0);
        if (asserters) _defend(match_);
        else if (challengers_ && matches[match_].honest) _attack(match_);
        else if (challengers_) _wander(match_, seed >> 8);
    }

    /// @notice An honest challenger goes its way to the bottom of a tree in the asserter's turn, without waiting for a reveal.
    function hurry(uint256 seed) external {
        if (matches.length == 0) return;
        uint256 match_ = seed % matches.length;
        (bool asserters,) = _asserterToMove(match_);
        Phase phase = game.game(matches[match_].id).phase;
        _wait(0);
        if (asserters && matches[match_].honest && (phase == Phase.TRACE || phase == Phase.TENSOR)) _attack(match_);
    }

    /// @notice A liar has signed two interiors, and whoever plays against it shows them.
    function contradict(uint256 seed) external {
        if (matches.length == 0) return;
        uint256 match_ = seed % matches.length;
        (bool asserters,) = _asserterToMove(match_);
        (bool challengers_,) = _challengerToMove(match_);
        _wait(0);
        if (!answers[matches[match_].answer].truthful && (asserters || challengers_) && seed % 5 == 0) _proveTwoOaths(match_, seed);
    }

    /// @notice Somebody tells a consumer what there is to tell.
    function deliver(uint256 seed) external {
        if (questions.length > 0) _deliver(seed % questions.length);
    }

    function temper(uint256 seed) external {
        consumer.setDeaf(seed % 3 == 0);
    }

    function pass(uint256 seed) external {
        _pass(1 + seed % 3000);
    }

    function end(uint256 seed) external {
        if (matches.length > 0) _end(seed % matches.length);
    }

    function close(uint256 seed) external {
        if (questions.length > 0) _close(seed % questions.length);
    }

    function release(uint256 seed) external {
        if (answers.length > 0) _release(seed % answers.length);
    }

    function claim(uint256 seed) external {
        if (matches.length > 0) _claim(seed % matches.length);
    }

    function pay(uint256 seed) external {
        if (answers.length > 0) _payReward(seed % answers.length);
    }

    function stake(uint256 seed) external {
        address operator = seed % 2 == 0 ? operators[(seed >> 8) % 2] : liars[(seed >> 8) % 2];
        if (operator.balance >= STAKE) _stake(operator);
    }

    function unstake(uint256 seed) external {
        address operator = seed % 2 == 0 ? operators[(seed >> 8) % 2] : liars[(seed >> 8) % 2];
        (uint256 total, uint256 locked) = vault.stakeOf(operator);
        // What stays keeps to the exposure.
        uint256 needed = locked * 1e4 / HALF;
        if (total > needed) _beginUnstake(operator, 1 + (seed >> 16) % (total - needed));
        _completeUnstake(operator);
    }

    function capExposure(uint256 seed) external {
        vm.prank(operators[seed % 2]);
        vault.setExposureCap(uint16((seed >> 8) % (HALF + 1)));
    }

    function withdraw(uint256 seed) external {
        _withdraw(people[seed % people.length]);
    }

    /// @notice Dust, credited to somebody.
    function credit(uint256 seed) external {
        vm.prank(spammers[seed % 2]);
        vault.credit{value: 1}(people[(seed >> 8) % people.length]);
    }

    /// @notice The guardian stops somebody's withdrawals, if it may.
    function freeze(uint256 seed) external {
        vm.prank(deployer);
        try vault.freeze(people[seed % people.length]) {} catch {}
    }
}
