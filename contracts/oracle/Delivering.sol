// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceConsumer} from "../interfaces/IInferenceConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {Callback} from "../libraries/Callback.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {AssertionStatus, Hook, RequestStatus} from "../types/Inference.sol";
import {Judging} from "./Judging.sol";
import {LibState, Retraction, State, StoredRequest} from "./StoredRequest.sol";

/// @title Calls consumers back
/// @dev   Before each call the state is as after its success, so that a consumer that re-enters finds nothing to do twice.
abstract contract Delivering is Judging {
    /// @dev Gas for what follows a callback: an event and a flag.
    uint256 internal constant CALLBACK_RESERVE = 60_000;

    /// @inheritdoc IInferenceOracle
    function deliverAssertion(RequestId requestId, bytes calldata output) external {
        StoredRequest storage r = _requireOpen(requestId);
        uint256 index = _firstStanding(requestId, r, r.count);
        if (!r.state.has(LibState.OPTIMISTIC) || r.told != 0 || index == r.count) revert InferenceOracle_NothingToDeliver(requestId);
        AssertionId assertionId = _assertionsOf[requestId][index];
        _requireOutput(assertionId, requestId, output);
        bool paid = r.tellPaid;
        (r.told, r.tellPaid) = (uint16(index + 1), true);
        if (!paid) OPERATORS.transferPayout(msg.sender, _callbackPrice(r));
        bytes memory data = abi.encodeCall(IInferenceConsumer.onAssertion, (requestId, assertionId, _programOf(r), output));
        if (!_call(requestId, r, Hook.ASSERTION, data)) r.told = 0;
    }

    /// @inheritdoc IInferenceOracle
    function deliverInvalidated(RequestId requestId) external {
        StoredRequest storage r = _requests[requestId];
        if (!_mustRetract(requestId, r)) revert InferenceOracle_NothingToDeliver(requestId);
        if (r.retraction == Retraction.NONE) OPERATORS.transferPayout(msg.sender, _callbackPrice(r));
        _retract(requestId, r);
    }

    /// @inheritdoc IInferenceOracle
    function retryCallback(RequestId requestId, bytes calldata output) external {
        StoredRequest storage r = _requests[requestId];
        if (r.state.status() != RequestStatus.SETTLED || r.state.has(LibState.DELIVERED)) revert InferenceOracle_NotRetryable(requestId);
        _requireOutput(_assertionsOf[requestId][r.firstIndex()], requestId, output);
        if (_mustRetract(requestId, r)) _retract(requestId, r);
        _deliver(requestId, r, output);
    }

    /// @dev Whether a consumer still believes an answer that fell, or that is not what the request settled with.
    function _mustRetract(RequestId requestId, StoredRequest storage r) internal view returns (bool) {
        if (!r.state.has(LibState.OPTIMISTIC)) return false;
        uint256 told = r.told;
        if (told == 0 || r.retraction == Retraction.DELIVERED || r.state.has(LibState.DELIVERED)) return false;
        AssertionId assertionId = _assertionsOf[requestId][told - 1];
        if (_assertions[assertionId].status == AssertionStatus.DEFEATED) return true;
        if (r.state.status() != RequestStatus.SETTLED) return false;
        return _assertions[assertionId].outputHash != _assertions[_assertionsOf[requestId][r.firstIndex()]].outputHash;
    }

    function _retract(RequestId requestId, StoredRequest storage r) internal {
        r.retraction = Retraction.DELIVERED;
        bytes memory data = abi.encodeCall(IInferenceConsumer.onInvalidated, (requestId, _assertionsOf[requestId][r.told - 1]));
        if (!_call(requestId, r, Hook.INVALIDATED, data)) r.retraction = Retraction.FAILED;
    }

    function _deliver(RequestId requestId, StoredRequest storage r, bytes calldata output) internal {
        State state = r.state;
        if (state.has(LibState.DELIVERED)) return;
        r.state = state.with(LibState.DELIVERED);
        bytes memory data = abi.encodeCall(IInferenceConsumer.onInference, (requestId, _programOf(r), output));
        if (!_call(requestId, r, Hook.INFERENCE, data)) r.state = r.state.without(LibState.DELIVERED);
    }

    /// @dev Wei that one callback is prepaid with.
    function _callbackPrice(StoredRequest storage r) internal view returns (uint256) {
        return uint256(r.callbackGas) * (uint256(r.gasPrice) << GAS_PRICE_SHIFT);
    }

    function _call(RequestId requestId, StoredRequest storage r, Hook hook, bytes memory data) private returns (bool ok) {
        bytes memory reason;
        uint256 gasLimit = r.callbackGas;
        uint256 needed = Callback.needed(gasLimit, CALLBACK_RESERVE);
        if (gasleft() < needed) revert InferenceOracle_GasTooLow(needed, gasleft());
        (ok, reason) = Callback.tryCall(r.consumer, gasLimit, data);
        if (ok) emit CallbackDelivered(requestId, hook);
        else emit CallbackFailed(requestId, hook, reason);
    }
}
