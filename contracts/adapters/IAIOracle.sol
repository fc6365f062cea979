// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title  What contracts written for ORA's on-chain AI oracle call
/// @notice Names, types and events agree with that oracle's, so that such contracts work by changing an address. Only the semantics here are ours.
interface IAIOracle {
    event AICallbackRequest(
        address indexed account,
        uint256 indexed requestId,
        uint256 modelId,
        bytes input,
        address callbackContract,
        uint64 gasLimit,
        bytes callbackData
    );
    event AICallbackResult(address indexed account, uint256 indexed requestId, address invoker, bytes output);

    /// @notice Asks a model; the value must cover `estimateFee`.
    /// @param modelId          which model answers
    /// @param callbackContract whose `aiOracleCallback` is called with the answer; zero for nobody
    /// @param gasLimit         gas that the callback gets
    /// @param callbackData     handed back with the answer
    function requestCallback(
        uint256 modelId, bytes memory input, address callbackContract, uint64 gasLimit, bytes memory callbackData
    ) external payable returns (uint256 requestId);

    /// @notice Wei that a request costs.
    function estimateFee(uint256 modelId, uint256 gasLimit) external view returns (uint256);

    /// @notice Whether the answer can change no more.
    function isFinalized(uint256 requestId) external view returns (bool);
}

/// @title What contracts written for that oracle implement
interface IAIOracleCallback {
    /// @notice The answer. Implementations let the oracle alone call this.
    function aiOracleCallback(uint256 requestId, bytes calldata output, bytes calldata callbackData) external;
}
