// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAIOracle} from "../adapters/IAIOracle.sol";

/// @title  A consumer as users of ORA's oracle write them: it knows that oracle's names and nothing of ours
contract OraStylePrompt {
    IAIOracle public immutable aiOracle;
    uint64 public constant CALLBACK_GAS = 200_000;

    mapping(uint256 modelId => mapping(bytes input => bytes)) public results;
    mapping(uint256 requestId => address) public askers;
    bool public broken;

    event ResultStored(uint256 requestId, uint256 modelId, bytes output, bytes callbackData);

    error UnauthorizedCallbackSource(address found);

    constructor(IAIOracle oracle) {
        aiOracle = oracle;
    }

    receive() external payable {}

    function setBroken(bool next) external {
        broken = next;
    }

    function calculateAIResult(uint256 modelId, bytes calldata input) external payable returns (uint256 requestId) {
        bytes memory data = abi.encode(modelId, input);
        requestId = aiOracle.requestCallback{value: msg.value}(modelId, input, address(this), CALLBACK_GAS, data);
        askers[requestId] = msg.sender;
    }

    function estimateFee(uint256 modelId) external view returns (uint256) {
        return aiOracle.estimateFee(modelId, CALLBACK_GAS);
    }

    function aiOracleCallback(uint256 requestId, bytes calldata output, bytes calldata callbackData) external {
        if (msg.sender != address(aiOracle)) revert UnauthorizedCallbackSource(msg.sender);
        require(askers[requestId] != address(0), "unknown request");
        require(!broken, "broken");
        (uint256 modelId, bytes memory input) = abi.decode(callbackData, (uint256, bytes));
        results[modelId][input] = output;
        emit ResultStored(requestId, modelId, output, callbackData);
    }

    function getAIResult(uint256 modelId, bytes calldata input) external view returns (bytes memory) {
        return results[modelId][input];
    }
}
