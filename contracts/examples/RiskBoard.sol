// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {F32} from "../consumer/F32.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Outputs} from "../consumer/Outputs.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";
import {RequestTerms} from "../types/Inference.sol";

/// @notice What the board shows of a file. A risk is lent upon when it is FINAL, never before.
enum Showing {
    UNKNOWN,
    ASKED,
    PROVISIONAL,
    WITHDRAWN,
    FINAL
}

/// @param risk      what is shown now, `f32`; zero unless provisional or final
/// @param withdrawn what was shown first and fell, `f32`; zero if nothing did
struct Notice {
    Showing showing;
    F32 risk;
    F32 withdrawn;
}

/// @title  Shows the credit risk of files, at once and then for good
/// @notice The first answer appears as provisional; if it falls it is taken down, and what is final replaces either.
/// @dev    Wants a model whose output is one `f32`, a probability.
contract RiskBoard is InferenceConsumer {
    using Tiers for Tier;
    using Tiers for RequestTerms;

    uint256 private constant CALLBACK_GAS = 100_000;

    bytes32 public immutable VERSION;
    address public immutable OWNER = msg.sender;
    mapping(RequestId => Notice) private _notices;

    event RiskShown(RequestId indexed requestId, Showing showing, uint32 riskBits);
    event RiskWithdrawn(RequestId indexed requestId, uint32 riskBits);

    error RiskBoard_NotExpected(RequestId requestId);

    constructor(IInferenceOracle oracle, bytes32 version) InferenceConsumer(oracle) {
        VERSION = version;
    }

    /// @notice Asks for the risk of a file; send at least `priceOf(fee)`.
    function ask(bytes calldata file, uint256 fee) external payable returns (RequestId requestId) {
        requestId = ORACLE.requestInference{value: msg.value}(VERSION, file, _terms(fee));
        _notices[requestId].showing = Showing.ASKED;
    }

    /// @notice Takes out what the vault owes this contract. Anybody may call.
    function collect() external returns (uint256) {
        return _withdrawPayouts(OWNER);
    }

    function priceOf(uint256 fee) external view returns (uint256) {
        return ORACLE.estimateFee(VERSION, _terms(fee));
    }

    function noticeOf(RequestId requestId) external view returns (Notice memory) {
        return _notices[requestId];
    }

    function _onAssertion(RequestId requestId, AssertionId, bytes32, bytes calldata output) internal override {
        if (_notices[requestId].showing != Showing.ASKED) revert RiskBoard_NotExpected(requestId);
        _show(requestId, Showing.PROVISIONAL, output);
    }

    function _onInvalidated(RequestId requestId, AssertionId) internal override {
        Notice storage notice = _notices[requestId];
        if (notice.showing != Showing.PROVISIONAL) revert RiskBoard_NotExpected(requestId);
        emit RiskWithdrawn(requestId, notice.risk.bits());
        (notice.showing, notice.risk, notice.withdrawn) = (Showing.WITHDRAWN, F32.wrap(0), notice.risk);
    }

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        Showing showing = _notices[requestId].showing;
        if (showing == Showing.UNKNOWN || showing == Showing.FINAL) revert RiskBoard_NotExpected(requestId);
        _show(requestId, Showing.FINAL, output);
    }

    function _show(RequestId requestId, Showing showing, bytes calldata output) private {
        Outputs.requireLength(output, 4);
        F32 risk = Outputs.f32(output, 0);
        (_notices[requestId].showing, _notices[requestId].risk) = (showing, risk);
        emit RiskShown(requestId, showing, risk.bits());
    }

    function _terms(uint256 fee) private view returns (RequestTerms memory) {
        return Tiers.standard().ask(ORACLE, 1 days, fee, CALLBACK_GAS).optimistically();
    }
}
