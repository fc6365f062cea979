// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {Hook, RequestTerms} from "../types/Inference.sol";

/// @title A consumer that misbehaves as it is told, for tests
contract MoodyConsumer is InferenceConsumer {
    enum Mood {
        GOOD,
        REVERTS,
        HUNGRY,
        BOMB,
        REENTERS
    }

    Mood public mood;
    uint256 public answers;
    bytes private _output;
    Hook[] private _heard;

    constructor(IInferenceOracle oracle) InferenceConsumer(oracle) {}

    function ask(bytes32 versionId, bytes calldata input, RequestTerms calldata terms) external payable returns (RequestId) {
        return ORACLE.requestInference{value: msg.value}(versionId, input, terms);
    }

    function setMood(Mood next) external {
        mood = next;
    }

    /// @notice Fees that came back, and compensation.
    function collect(address to) external {
        _withdrawPayouts(to);
    }

    /// @notice What it heard, in order.
    function heard() external view returns (Hook[] memory) {
        return _heard;
    }

    function _onAssertion(RequestId requestId, AssertionId, bytes32, bytes calldata output) internal override {
        if (mood == Mood.REVERTS) revert("not today");
        if (mood == Mood.REENTERS) {
            try ORACLE.deliverAssertion(requestId, output) {} catch {}
        }
        _heard.push(Hook.ASSERTION);
    }

    function _onInvalidated(RequestId requestId, AssertionId) internal override {
        if (mood == Mood.REVERTS) revert("not today");
        if (mood == Mood.HUNGRY) {
            while (true) _output = msg.data;
        }
        if (mood == Mood.REENTERS) {
            try ORACLE.deliverInvalidated(requestId) {} catch {}
        }
        _heard.push(Hook.INVALIDATED);
    }

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        if (mood == Mood.REVERTS) revert("not today");
        if (mood == Mood.HUNGRY) {
            while (true) _output = output;
        }
        if (mood == Mood.BOMB) {
            assembly {
                revert(0, 100000)
            }
        }
        if (mood == Mood.REENTERS) {
            try ORACLE.retryCallback(requestId, output) {} catch {}
            try ORACLE.settle(requestId, output) {} catch {}
        }
        ++answers;
        _heard.push(Hook.INFERENCE);
    }
}
