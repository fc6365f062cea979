// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssertionId, RequestId} from "../types/Ids.sol";

/// @title  What a contract implements to be called back
/// @notice Called by the oracle alone; each of the three at most once with success. Who did not ask for optimistic answers hears `onInference` alone.
interface IInferenceConsumer {
    /// @notice The final answer.
    /// @param requestId   as `requestInference` returned it
    /// @param programRoot the program that answered
    /// @param output      all outputs' bytes, SPEC section 6
    function onInference(RequestId requestId, bytes32 programRoot, bytes calldata output) external;

    /// @notice A first answer, backed by a bond but not final: it may fall yet.
    function onAssertion(RequestId requestId, AssertionId assertionId, bytes32 programRoot, bytes calldata output) external;

    /// @notice The answer of `onAssertion` fell. Another may follow as `onInference`.
    function onInvalidated(RequestId requestId, AssertionId assertionId) external;
}
