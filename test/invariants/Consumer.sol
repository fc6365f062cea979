// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../../contracts/interfaces/IInferenceOracle.sol";
import {InferenceConsumer} from "../../contracts/consumer/InferenceConsumer.sol";
import {AssertionId, RequestId} from "../../contracts/types/Ids.sol";

/// @title A consumer that remembers what it was told, and refuses to listen while it is in a bad temper
/// @notice It reverts, and so shows in the end, if it is told something twice, or that an answer fell which it was not told.
contract Consumer is InferenceConsumer {
    bool public deaf;
    mapping(RequestId => bytes32) public first;
    mapping(RequestId => bytes32) public last;
    mapping(RequestId => AssertionId) public believed;
    mapping(RequestId => bool) public retracted;

    constructor(IInferenceOracle oracle) InferenceConsumer(oracle) {}

    receive() external payable {}

    function setDeaf(bool now_) external {
        deaf = now_;
    }

    modifier listening() {
        require(!deaf, "not listening");
        _;
    }

    function _onInference(RequestId requestId, bytes32, bytes calldata output) internal override listening {
        require(last[requestId] == 0, "answered twice");
        last[requestId] = keccak256(output);
    }

    function _onAssertion(RequestId requestId, AssertionId assertionId, bytes32, bytes calldata output) internal override listening {
        require(first[requestId] == 0 && last[requestId] == 0, "told twice");
        (first[requestId], believed[requestId]) = (keccak256(output), assertionId);
    }

    function _onInvalidated(RequestId requestId, AssertionId assertionId) internal override listening {
        require(first[requestId] != 0 && AssertionId.unwrap(believed[requestId]) == AssertionId.unwrap(assertionId), "never told");
        require(!retracted[requestId], "retracted twice");
        retracted[requestId] = true;
    }
}
