// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assertion, AssertionStatus, Request, RequestStatus, RequestTerms} from "../../contracts/types/Inference.sol";
import {Phase} from "../../contracts/interfaces/IDisputeGame.sol";
import {Checks} from "./Checks.sol";
import {Tiny} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Answer, Question} from "./World.sol";

/// @title  Everything that somebody may do, as a test runner calls it
/// @notice Each function makes one legal move that its seed chooses, or none where none is possible. A revert is a finding.
contract Handler is Checks {
    uint256 private constant MOST_QUESTIONS = 6;
    uint256 private constant MOST_ANSWERS = 16;
    uint256 private constant MOST_MATCHES = 16;

    /// @notice All that is called at random.
    function moves() external pure returns (bytes4[] memory list) {
        bytes4[21] memory each = [
            this.ask.selector, this.answerHonestly.selector, this.lie.selector, this.challenge.selector, this.spam.selector,
            this.move.selector, this.move.selector, this.move.selector, this.hurry.selector, this.pass.selector, this.end.selector,
            this.close.selector, this.release.selector, this.claim.selector, this.pay.selector, this.stake.selector,
            this.unstake.selector, this.capExposure.selector, this.withdraw.selector, this.credit.selector, this.freeze.selector
        ];
        list = new bytes4[](each.length);
        for (uint256 i = 0; i < list.length; ++i) list[i] = each[i];
    }

    /// @notice Somebody asks. One or two asserters have to agree.
    function ask(uint256 seed) external {
        if (questions.length == MOST_QUESTIONS) return;
        address consumer = consumers[seed % 2];
        RequestTerms memory terms;
        terms.deadline = uint40(block.timestamp + 3600 + (seed >> 8) % 1 days);
        terms.liveness = uint32(600 + (seed >> 40) % 3600);
        (terms.fee, terms.delayPrice) = (uint96((seed >> 72) % 0.1 ether), uint96((seed >> 136) % 1 ether));
        terms.redundancy = uint8(1 + (seed >> 200) % 2);
        terms.bond = uint96(oracle.minimumBond(terms.fee));
        bytes32 input = keccak256(abi.encode(seed));
        uint256 due = oracle.estimateFee(versionId, terms);
        vm.prank(consumer);
        questions.push(
            Question({
                id: oracle.requestInference{value: due + seed % 3}(versionId, abi.encodePacked(input), terms),
                consumer: consumer,
                input: input,
                due: due
            })
        );
    }

    function answerHonestly(uint256 seed) external {
        (bool can, uint256 question, address asserter) = _answerable(seed, operators);
        if (can) _answer(question, asserter, true, Tiny.honest(questions[question].input));
    }

    function lie(uint256 seed) external {
        (bool can, uint256 question, address asserter) = _answerable(seed, liars);
        if (can) _lie(question, asserter, (seed >> 16) % Tiny.LIES, seed >> 24);
    }

    /// @notice An honest challenger opens a game over a lie before it has to.
    function challenge(uint256 seed) external {
        if (answers.length == 0) return;
        uint256 answer = seed % answers.length;
        (bool due,) = _toOpen(answer);
        if (due) _openHonestly(answer, challengers[(seed >> 8) % 2]);
    }

    /// @notice Somebody opens a game over whatever stands, without a case.
    function spam(uint256 seed) external {
        if (answers.length == 0 || matches.length >= MOST_MATCHES) return;
        uint256 answer = seed % answers.length;
        Answer storage a = answers[answer];
        Assertion memory assertion = oracle.assertion(a.id);
        uint256 last = uint256(assertion.assertedAt) + oracle.request(assertion.request).terms.liveness;
        if (assertion.status != AssertionStatus.STANDING || block.timestamp > last) return;
        address challenger = spammers[(seed >> 8) % 2];
        for (uint256 i = 0; i < matches.length; ++i) if (matches[i].answer == answer && matches[i].challenger == challenger) return;
        _open(answer, challenger, false);
    }

    /// @notice Whoever is in turn in a game moves.
    function move(uint256 seed) external {
        if (matches.length == 0) return;
        uint256 match_ = seed % matches.length;
        (bool asserters,) = _asserterToMove(match_);
        (bool challengers_,) = _challengerToMove(match_);
        vm.roll(block.number + 1);
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
        vm.roll(block.number + 1);
        if (asserters && matches[match_].honest && (phase == Phase.TRACE || phase == Phase.TENSOR)) _attack(match_);
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

    /// @dev A question that takes an answer, of an asserter that has not given this one and whose stake has room.
    function _answerable(uint256 seed, address[2] storage who) private view returns (bool, uint256 question, address asserter) {
        if (questions.length == 0 || answers.length == MOST_ANSWERS) return (false, 0, address(0));
        (question, asserter) = (seed % questions.length, who[(seed >> 8) % 2]);
        for (uint256 i = 0; i < answers.length; ++i) {
            if (answers[i].question == question && answers[i].asserter == asserter) return (false, 0, address(0));
        }
        Request memory r = oracle.request(questions[question].id);
        (uint256 total, uint256 locked) = vault.stakeOf(asserter);
        uint256 cap = vault.exposureCapOf(asserter);
        if (cap == 0 || cap > HALF) cap = HALF;
        bool room = locked + r.terms.bond <= total * cap / 1e4;
        return (r.status == RequestStatus.OPEN && block.timestamp <= r.terms.deadline && room, question, asserter);
    }
}
