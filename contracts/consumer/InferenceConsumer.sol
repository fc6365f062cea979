// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceConsumer} from "../interfaces/IInferenceConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestId} from "../types/Ids.sol";

/// @title Base of contracts that ask for inferences
/// @notice Lets the oracle alone call back. Implement `_onInference`.
abstract contract InferenceConsumer is IInferenceConsumer {
    IInferenceOracle public immutable ORACLE;

    error InferenceConsumer_NotOracle(address caller);

    constructor(IInferenceOracle oracle) {
        ORACLE = oracle;
    }

    /// @inheritdoc IInferenceConsumer
    function onInference(RequestId requestId, bytes32 programRoot, bytes calldata output) external {
        if (msg.sender != address(ORACLE)) revert InferenceConsumer_NotOracle(msg.sender);
        _onInference(requestId, programRoot, output);
    }

    /// @dev Sends what the vault owes this contract, refunded fees and compensation for defeated answers, to an account of its choice.
    function _withdrawPayouts(address to) internal returns (uint256 amount) {
        return ORACLE.operators().withdraw(to);
    }

    /// @dev The final answer, once for each request.
    function _onInference(RequestId requestId, bytes32 programRoot, bytes calldata output) internal virtual;
}
