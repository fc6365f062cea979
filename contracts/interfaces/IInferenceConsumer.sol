// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RequestId} from "../types/Ids.sol";

/// @title  What a contract implements to be called back
interface IInferenceConsumer {
    /// @notice The final answer. Called by the oracle alone, once.
    /// @param requestId   as `requestInference` returned it
    /// @param programRoot the program that answered
    /// @param output      all outputs' bytes, SPEC section 6
    function onInference(RequestId requestId, bytes32 programRoot, bytes calldata output) external;
}
