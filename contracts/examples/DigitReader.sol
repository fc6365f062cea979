// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {F32} from "../consumer/F32.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {Outputs} from "../consumer/Outputs.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestId} from "../types/Ids.sol";
import {RequestTerms} from "../types/Inference.sol";

/// @title Reads handwritten digits
/// @notice Sends an image of 8x8 `f32` to a model with outputs `logits[10]` and `probabilities[10]` and keeps the likeliest digit.
contract DigitReader is InferenceConsumer {
    /// @notice The version of a model that it asks.
    bytes32 public immutable VERSION;
    address public immutable OWNER;

    struct Reading {
        bool known;
        uint8 digit;
        uint32 probability;
    }

    mapping(RequestId => bool) private _asked;
    mapping(RequestId => Reading) private _readings;

    event DigitRead(RequestId indexed requestId, uint8 digit, uint32 probabilityBits);

    error DigitReader_NotAsked(RequestId requestId);
    error DigitReader_NotOwner(address caller);

    constructor(IInferenceOracle oracle, bytes32 versionId) InferenceConsumer(oracle) {
        VERSION = versionId;
        OWNER = msg.sender;
    }

    /// @notice Takes refunded fees and compensation out.
    function collect(address to) external returns (uint256) {
        if (msg.sender != OWNER) revert DigitReader_NotOwner(msg.sender);
        return _withdrawPayouts(to);
    }

    /// @notice Asks. The value is what `estimateFee` says; the vault owes this contract what is above.
    function read(bytes calldata image, RequestTerms calldata terms) external payable returns (RequestId requestId) {
        requestId = ORACLE.requestInference{value: msg.value}(VERSION, image, terms);
        _asked[requestId] = true;
    }

    /// @notice The digit, and the bits of its `f32` probability.
    function readingOf(RequestId requestId) external view returns (Reading memory) {
        return _readings[requestId];
    }

    /// @dev A probability that is NaN is not the likeliest.
    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override {
        if (!_asked[requestId]) revert DigitReader_NotAsked(requestId);
        Outputs.requireLength(output, 80);
        (uint256 digit, F32 probability) = Outputs.argmax(output[40:]);
        _readings[requestId] = Reading({known: true, digit: uint8(digit), probability: probability.bits()});
        emit DigitRead(requestId, uint8(digit), probability.bits());
    }
}
