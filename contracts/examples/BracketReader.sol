// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {F32} from "../consumer/F32.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Outputs} from "../consumer/Outputs.sol";
import {Tier, Tiers} from "../consumer/Tiers.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestId} from "../types/Ids.sol";
import {RequestTerms} from "../types/Inference.sol";

/// @title Asks how likely it is that brackets balance
contract BracketReader is InferenceConsumer {
    using Tiers for Tier;

    bytes32 public immutable VERSION;
    address public immutable OWNER = msg.sender;
    mapping(RequestId => F32) public probabilityOf;

    constructor(IInferenceOracle oracle, bytes32 version) InferenceConsumer(oracle) {
        VERSION = version;
    }

    /// @notice Asks; send at least `priceOf(fee)`.
    function ask(bytes calldata text, uint256 fee) external payable returns (RequestId) {
        return ORACLE.requestInference{value: msg.value}(VERSION, text, _terms(fee));
    }

    function priceOf(uint256 fee) external view returns (uint256) {
        return ORACLE.estimateFee(VERSION, _terms(fee));
    }

    /// @notice Takes out what the vault owes this contract: change, refunds of expired questions, compensation for answers that fell.
    function collect() external returns (uint256) {
        return _withdrawPayouts(OWNER);
    }

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        probabilityOf[requestId] = Outputs.f32(output, 0);
    }

    function _terms(uint256 fee) private view returns (RequestTerms memory) {
        return Tiers.standard().ask(ORACLE, 1 hours, fee, 100_000);
    }
}
