// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {OutputSpec} from "../interfaces/IModelRegistry.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {AssertionStatus} from "../types/Inference.sol";
import {Asking} from "./Asking.sol";
import {StoredAssertion} from "./StoredAssertion.sol";
import {StoredRequest} from "./StoredRequest.sol";

/// @title Assertions: made with a bond, and released
abstract contract Asserting is Asking {
    /// @inheritdoc IInferenceOracle
    function assertResult(RequestId requestId, bytes calldata output, bytes32 traceRoot, bytes32[][] calldata proofs)
        external
        returns (AssertionId assertionId)
    {
        StoredRequest storage r = _requireOpen(requestId);
        if (block.timestamp > r.time) revert InferenceOracle_AfterDeadline(requestId, r.time);
        bytes32 outputHash = keccak256(output);
        assertionId = _idOf(requestId, msg.sender, traceRoot, outputHash);
        StoredAssertion storage a = _assertions[assertionId];
        if (a.status != AssertionStatus.NONE) revert InferenceOracle_AlreadyAsserted(assertionId);
        uint16 count = r.count;
        if (count == type(uint16).max) revert InferenceOracle_TooManyAssertions(requestId);
        _checkOutput(requestId, r.serial, output, traceRoot, proofs);
        a.asserter = msg.sender;
        a.assertedAt = uint40(block.timestamp);
        a.liveness = r.liveness;
        a.status = AssertionStatus.STANDING;
        a.traceRoot = traceRoot;
        if (r.state.redundancy() > 1) a.outputHash = outputHash;
        _assertionsOf[requestId][count] = assertionId;
        r.count = count + 1;
        emit AssertionMade(assertionId, requestId, msg.sender, traceRoot, output);
        OPERATORS.lock(msg.sender, r.bond);
    }

    /// @inheritdoc IInferenceOracle
    function release(RequestId requestId, uint256 index) external {
        AssertionId assertionId = _assertionsOf[requestId][index];
        if (!isFinal(assertionId)) revert InferenceOracle_NotFinal(assertionId);
        StoredAssertion storage a = _assertions[assertionId];
        (address asserter, uint256 bond) = (a.asserter, _requests[requestId].bond);
        if (!_markReleased(assertionId)) return;
        emit AssertionReleased(assertionId, asserter, bond);
        OPERATORS.release(asserter, bond);
    }

    /// @dev Whether the bond of a final assertion was not freed before. The caller frees it.
    function _markReleased(AssertionId assertionId) internal returns (bool) {
        StoredAssertion storage a = _assertions[assertionId];
        if (a.status == AssertionStatus.RELEASED) return false;
        a.status = AssertionStatus.RELEASED;
        return true;
    }

    /// @dev Each output has its exact length, and its salted tensor root stands at its kernel's leaf of the trace tree.
    function _checkOutput(RequestId requestId, uint40 serial, bytes calldata output, bytes32 traceRoot, bytes32[][] calldata proofs)
        private
        view
    {
        (uint256 kernels, OutputSpec[] memory specs) = MODELS.answerOf(serial);
        if (proofs.length != specs.length) revert InferenceOracle_OutputProofs(specs.length, proofs.length);
        uint256 length = 0;
        for (uint256 i = 0; i < specs.length; ++i) {
            length += specs[i].bytesLength;
        }
        if (output.length != length) revert InferenceOracle_OutputLength(length, output.length);
        bytes32 salt = saltOf(requestId, msg.sender);
        uint256 start = 0;
        for (uint256 i = 0; i < specs.length; ++i) {
            uint256 end = start + specs[i].bytesLength;
            bytes32 leaf = Merkle.hashPair(salt, TensorTree.rootOfBytes(output[start:end]));
            if (!Merkle.contains(traceRoot, kernels, specs[i].kernel, leaf, proofs[i])) revert InferenceOracle_OutputNotInTrace(i);
            start = end;
        }
    }
}
