// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Calls others in its own name: what it hands on is in no transaction's data
contract Forwarder {
    bytes[] private _hidden;

    /// @notice Stores data, to be used in a later call.
    function hide(bytes calldata data) external {
        _hidden.push(data);
    }

    /// @notice Calls `target` with what was stored last.
    function forward(address target) external {
        (bool ok,) = target.call(_hidden[_hidden.length - 1]);
        require(ok);
    }
}
