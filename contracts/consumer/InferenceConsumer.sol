// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceConsumer} from "../interfaces/IInferenceConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {AssertionId, RequestId} from "../types/Ids.sol";

/// @title Base of contracts that ask for inferences
/// @notice Lets the oracle alone call back. Implement `_onInference`; the hooks of optimistic requests do nothing unless they are overridden.
abstract contract InferenceConsumer is IInferenceConsumer {
    IInferenceOracle public immutable ORACLE;

    error InferenceConsumer_NotOracle(address caller);

    constructor(IInferenceOracle oracle) {
        ORACLE = oracle;
    }

    modifier onlyOracle() {
        if (msg.sender != address(ORACLE)) revert InferenceConsumer_NotOracle(msg.sender);
        _;
    }

    /// @inheritdoc IInferenceConsumer
    function onInference(RequestId requestId, bytes32 programRoot, bytes calldata output) external onlyOracle {
        _onInference(requestId, programRoot, output);
    }

    /// @inheritdoc IInferenceConsumer
    function onAssertion(RequestId requestId, AssertionId assertionId, bytes32 programRoot, bytes calldata output) external onlyOracle {
        _onAssertion(requestId, assertionId, programRoot, output);
    }

    /// @inheritdoc IInferenceConsumer
    function onInvalidated(RequestId requestId, AssertionId assertionId) external onlyOracle {
        _onInvalidated(requestId, assertionId);
    }

    /// @dev Sends what the vault owes this contract, refunded fees and compensation for defeated answers, to an account of its choice.
    function _withdrawPayouts(address to) internal returns (uint256 amount) {
        return ORACLE.operators().withdraw(to);
    }

    /// @dev The final answer, once for each request.
    function _onInference(RequestId requestId, bytes32 programRoot, bytes calldata output) internal virtual;

    /// @dev An answer that may fall yet, at most once for each optimistic request.
    function _onAssertion(RequestId requestId, AssertionId assertionId, bytes32 programRoot, bytes calldata output) internal virtual {}

    /// @dev The answer of `_onAssertion` fell: undo what was done on its strength.
    function _onInvalidated(RequestId requestId, AssertionId assertionId) internal virtual {}
}
