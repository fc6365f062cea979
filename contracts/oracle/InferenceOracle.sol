// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceConsumer} from "../interfaces/IInferenceConsumer.sol";
import {AssertionStatus, IInferenceOracle, Request, RequestStatus} from "../interfaces/IInferenceOracle.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IRewardClaims} from "../interfaces/IRewardClaims.sol";
import {Callback} from "../libraries/Callback.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {Asking} from "./Asking.sol";
import {Asserting} from "./Asserting.sol";
import {OracleStore} from "./OracleStore.sol";

/// @title Settles requests and calls consumers back; the whole oracle, see IInferenceOracle
contract InferenceOracle is Asserting {
    /// @dev Gas for what follows a callback: two events and a flag.
    uint256 internal constant CALLBACK_RESERVE = 60_000;

    constructor(IModelRegistry models, IOperatorRegistry operators, IRewardClaims claims, address game, uint128 minBond)
        OracleStore(models, operators, claims, game)
        Asking(minBond)
    {}

    /// @inheritdoc IInferenceOracle
    function settle(RequestId requestId, bytes calldata output) external {
        Request storage r = _requireOpen(requestId);
        AssertionId survivor = _firstStanding(requestId, r);
        if (AssertionId.unwrap(survivor) == 0) revert InferenceOracle_NoSurvivor(requestId);
        // INVARIANT: a request settles with its earliest survivor, and only when nothing can defeat that any more.
        if (!isFinal(survivor)) revert InferenceOracle_NotFinal(survivor);
        _requireOutput(requestId, survivor, output);
        address asserter = _assertions[survivor].asserter;
        r.status = RequestStatus.SETTLED;
        r.settledBy = survivor;
        r.settledAt = uint40(block.timestamp);
        emit RequestSettled(requestId, survivor, asserter, output);
        _release(survivor);
        OPERATORS.transferPayout(asserter, r.fee);
        if (!r.delivered) _deliver(requestId, r, output);
    }

    /// @inheritdoc IInferenceOracle
    function retryCallback(RequestId requestId, bytes calldata output) external {
        Request storage r = _requests[requestId];
        if (r.status != RequestStatus.SETTLED || r.delivered) revert InferenceOracle_NotRetryable(requestId);
        _requireOutput(requestId, r.settledBy, output);
        _deliver(requestId, r, output);
    }

    /// @inheritdoc Asking
    function _firstStanding(RequestId requestId, Request storage r) internal override returns (AssertionId) {
        AssertionId[] storage list = _assertionsOf[requestId];
        uint256 cursor = r.cursor;
        while (cursor < list.length && _assertions[list[cursor]].status == AssertionStatus.DEFEATED) ++cursor;
        r.cursor = uint32(cursor);
        return cursor < list.length ? list[cursor] : AssertionId.wrap(0);
    }

    function _requireOutput(RequestId requestId, AssertionId assertionId, bytes calldata output) private view {
        AssertionId given = _idOf(requestId, _assertions[assertionId].asserter, _assertions[assertionId].traceRoot, output);
        if (given != assertionId) revert InferenceOracle_WrongOutput(assertionId);
    }

    /// @dev The state is final before the call; while it runs `delivered` is set, so that a re-entrant retry finds nothing to do.
    function _deliver(RequestId requestId, Request storage r, bytes calldata output) private {
        uint256 needed = Callback.needed(r.terms.callbackGas, CALLBACK_RESERVE);
        if (gasleft() < needed) revert InferenceOracle_GasTooLow(needed, gasleft());
        r.delivered = true;
        bytes memory data = abi.encodeCall(IInferenceConsumer.onInference, (requestId, r.programRoot, output));
        (bool ok, bytes memory reason) = Callback.tryCall(r.consumer, r.terms.callbackGas, data);
        if (ok) {
            emit CallbackDelivered(requestId);
        } else {
            r.delivered = false;
            emit CallbackFailed(requestId, reason);
        }
    }
}
