// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RequestId} from "../../contracts/types/Ids.sol";
import {Assertion, AssertionStatus, Request, RequestStatus, RequestTerms} from "../../contracts/types/Inference.sol";
import {Checks} from "./Checks.sol";
import {Tiny} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Answer, Question} from "./Records.sol";

/// @title Who begins something: questions, answers, lies, challenges
abstract contract People is Checks {
    uint256 private constant MOST_QUESTIONS = 6;
    uint256 private constant MOST_ANSWERS = 16;
    uint256 private constant MOST_MATCHES = 16;

    /// @notice Somebody asks. One or two asserters have to agree.
    function ask(uint256 seed) external {
        if (questions.length == MOST_QUESTIONS) return;
        address consumer_ = consumers[seed % 2];
        RequestTerms memory terms;
        terms.deadline = uint40(block.timestamp + 3600 + (seed >> 8) % 1 days);
        terms.liveness = uint32(600 + (seed >> 40) % 3600);
        (terms.fee, terms.delayPrice) = (uint96((seed >> 72) % 0.1 ether), uint96((seed >> 136) % 1 ether));
        terms.redundancy = uint8(1 + (seed >> 200) % 2);
        if (consumer_ == address(consumer) && seed % 3 > 0) (terms.callbackGas, terms.optimistic) = (200_000, seed % 3 > 1);
        terms.bond = uint96(oracle.minimumBond(terms.fee));
        bytes32 input = keccak256(abi.encode(seed));
        bytes32 versionId = versions[(seed >> 208) % 2];
        uint256 due = oracle.estimateFee(versionId, terms);
        vm.prank(consumer_);
        RequestId id = oracle.requestInference{value: due + seed % 3}(versionId, abi.encodePacked(input), terms);
        questions.push(Question({id: id, consumer: consumer_, nonce: nonces[consumer_]++, input: input, due: due}));
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
        uint256 last = uint256(assertion.assertedAt) + oracle.request(questions[a.question].id).terms.liveness;
        if (assertion.status != AssertionStatus.STANDING || block.timestamp > last) return;
        address challenger = spammers[(seed >> 8) % 2];
        for (uint256 i = 0; i < matches.length; ++i) if (matches[i].answer == answer && matches[i].challenger == challenger) return;
        _open(answer, challenger, false);
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
