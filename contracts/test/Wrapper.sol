// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title An account that is a contract and hides its calls inside others, for tests
contract Wrapper {
    error Wrapper_Failed(bytes reason);

    /// @notice Makes a call as this contract; the calldata is kept scrambled, so that nobody reads it off the transaction.
    function forward(address to, bytes calldata scrambled) external payable returns (bytes memory) {
        bytes memory data = scrambled;
        for (uint256 i = 0; i < data.length; ++i) {
            data[i] = bytes1(~uint8(data[i]));
        }
        (bool ok, bytes memory result) = to.call{value: msg.value}(data);
        if (!ok) revert Wrapper_Failed(result);
        return result;
    }
}
