// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RequestId} from "../../contracts/types/Ids.sol";
import {AssertionStatus, Request, RequestStatus, Result} from "../../contracts/types/Inference.sol";
import {Ends} from "./Ends.sol";
import {Tiny} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Question} from "./Records.sol";

/// @title What consumers are told, and who is paid for telling them
abstract contract Callbacks is Ends {
    /// @dev Tells the earliest standing answer, and that what was told has fallen; the oracle holds less by what it pays for that.
    function _deliver(uint256 question) internal {
        Question storage q = questions[question];
        uint256 before = vault.payoutOf(address(oracle));
        Result memory result = oracle.resultOf(q.id);
        for (uint256 i = 0; i < answers.length; ++i) {
            if (keccak256(abi.encode(answers[i].id)) != keccak256(abi.encode(result.assertion))) continue;
            vm.prank(spammers[0]);
            try oracle.deliverAssertion(q.id, Tiny.output(answers[i].claim)) {} catch {}
        }
        vm.prank(spammers[0]);
        try oracle.deliverInvalidated(q.id) {} catch {}
        uint256 paid = before - vault.payoutOf(address(oracle));
        if (oracle.request(q.id).status == RequestStatus.OPEN) q.due -= paid;
        try oracle.retryCallback(q.id, Tiny.output(Tiny.honest(q.input))) {} catch {}
    }

    /// @notice How many answers the consumer was told early, how many of them fell, and how many final ones it was told.
    function beliefs() external view returns (uint256[3] memory told) {
        for (uint256 i = 0; i < questions.length; ++i) {
            RequestId id = questions[i].id;
            if (consumer.first(id) != 0) ++told[0];
            if (consumer.retracted(id)) ++told[1];
            if (consumer.last(id) != 0) ++told[2];
        }
    }

    /// @dev Once everything is delivered: the final answers are true, and nobody goes on believing another one.
    function _checkTold() internal view {
        for (uint256 i = 0; i < questions.length; ++i) {
            RequestId id = questions[i].id;
            Request memory r = oracle.request(id);
            if (r.terms.callbackGas == 0) continue;
            bytes32 truth = keccak256(Tiny.output(Tiny.honest(questions[i].input)));
            if (r.status == RequestStatus.SETTLED) require(consumer.last(id) == truth, "the final answer was not told, or is false");
            else require(consumer.last(id) == 0, "a final answer of a request that was not settled");
            if (consumer.first(id) == 0) continue;
            bool fell = oracle.assertion(consumer.believed(id)).status == AssertionStatus.DEFEATED;
            require(consumer.retracted(id) == (fell || (r.status == RequestStatus.SETTLED && consumer.first(id) != truth)), "belief");
        }
    }
}
