// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {Assertion, AssertionStatus, Disputed, Request, RequestStatus, RequestTerms, Result} from "../types/Inference.sol";
import {OracleStore} from "./OracleStore.sol";
import {StoredAssertion} from "./StoredAssertion.sol";
import {LibState, StoredRequest} from "./StoredRequest.sol";

/// @title What the oracle remembers, unpacked for whoever asks
abstract contract Lookup is OracleStore {
    /// @dev The unit of stored gas prices is two to this power, in wei.
    uint256 internal constant GAS_PRICE_SHIFT = 20;

    /// @inheritdoc IInferenceOracle
    function operators() external view returns (IOperatorRegistry) {
        return OPERATORS;
    }

    /// @inheritdoc IInferenceOracle
    function request(RequestId requestId) external view returns (Request memory) {
        StoredRequest storage r = _requests[requestId];
        RequestStatus status = r.state.status();
        bool settled = status == RequestStatus.SETTLED;
        return Request({
            consumer: r.consumer,
            status: status,
            reopened: r.state.has(LibState.REOPENED),
            delivered: r.state.has(LibState.DELIVERED),
            told: r.told,
            settledAt: settled ? r.time : 0,
            gasPrice: uint64(uint256(r.gasPrice) << GAS_PRICE_SHIFT),
            price: r.price,
            terms: RequestTerms({
                deadline: settled ? 0 : r.time,
                liveness: r.liveness,
                bond: r.bond,
                fee: r.fee,
                delayPrice: r.delayPrice,
                callbackGas: r.callbackGas,
                redundancy: r.state.redundancy(),
                optimistic: r.state.has(LibState.OPTIMISTIC),
                allowInactive: r.state.has(LibState.ALLOW_INACTIVE)
            }),
            programRoot: _programOf(r),
            inputRoot: r.inputRoot,
            settledBy: settled ? _assertionsOf[requestId][r.firstIndex()] : AssertionId.wrap(0)
        });
    }

    /// @inheritdoc IInferenceOracle
    function assertion(AssertionId assertionId) external view returns (Assertion memory) {
        StoredAssertion storage a = _assertions[assertionId];
        return Assertion({
            request: a.request,
            asserter: a.asserter,
            assertedAt: a.assertedAt,
            openGames: a.openGames,
            status: a.status,
            traceRoot: a.traceRoot,
            outputHash: a.outputHash
        });
    }

    /// @inheritdoc IInferenceOracle
    function disputed(AssertionId assertionId) external view returns (Disputed memory) {
        StoredAssertion storage a = _assertions[assertionId];
        StoredRequest storage r = _requests[a.request];
        return Disputed(a.asserter, a.traceRoot, saltOf(a.request, a.asserter), r.inputRoot, r.serial);
    }

    /// @inheritdoc IInferenceOracle
    function traceOf(AssertionId assertionId) external view returns (bytes32 traceRoot, uint40 serial) {
        return (_assertions[assertionId].traceRoot, _requests[_assertions[assertionId].request].serial);
    }

    /// @inheritdoc IInferenceOracle
    function saltUnder(AssertionId assertionId) external view returns (bytes32) {
        return saltOf(_assertions[assertionId].request, _assertions[assertionId].asserter);
    }

    /// @inheritdoc IInferenceOracle
    function asserterOf(AssertionId assertionId) external view returns (address) {
        return _assertions[assertionId].asserter;
    }

    /// @inheritdoc IInferenceOracle
    function delayPriceOf(AssertionId assertionId) external view returns (uint96) {
        RequestId requestId = _assertions[assertionId].request;
        if (RequestId.unwrap(requestId) == 0) revert InferenceOracle_NotPrepared(assertionId);
        return _requests[requestId].delayPrice;
    }

    /// @inheritdoc IInferenceOracle
    function assertionCount(RequestId requestId) external view returns (uint256) {
        return _requests[requestId].count;
    }

    /// @inheritdoc IInferenceOracle
    function assertionAt(RequestId requestId, uint256 index) external view returns (AssertionId) {
        return _assertionsOf[requestId][index];
    }

    /// @inheritdoc IInferenceOracle
    function resultOf(RequestId requestId) external view returns (Result memory result) {
        StoredRequest storage r = _requests[requestId];
        result.status = r.state.status();
        uint256 index = result.status == RequestStatus.SETTLED ? r.firstIndex() : _firstStanding(requestId, r, r.count);
        result.assertion = _assertionsOf[requestId][index];
        result.assertionStatus = _assertions[result.assertion].status;
        result.isFinal = isFinal(result.assertion);
    }

    /// @inheritdoc IInferenceOracle
    function checkOutput(RequestId requestId, AssertionId assertionId, bytes calldata output) external view returns (bool) {
        return _assertions[assertionId].status != AssertionStatus.NONE && _hasOutput(assertionId, requestId, output);
    }
}
