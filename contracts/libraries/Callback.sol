// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Calls a stranger's contract without trusting it
library Callback {
    /// @dev Bytes of a consumer's return data that are kept.
    uint256 internal constant MAX_REASON = 256;

    /// @notice Gas that must be at hand so that a call with `gasLimit` really gets it (EIP-150 keeps back one 64th) and `reserve` remains.
    function needed(uint256 gasLimit, uint256 reserve) internal pure returns (uint256) {
        return gasLimit + gasLimit / 63 + reserve;
    }

    /// @notice Calls with exactly `gasLimit` gas and keeps at most 256 bytes of what comes back.
    function tryCall(address target, uint256 gasLimit, bytes memory data) internal returns (bool ok, bytes memory reason) {
        reason = new bytes(MAX_REASON);
        assembly ("memory-safe") {
            ok := call(gasLimit, target, 0, add(data, 32), mload(data), add(reason, 32), MAX_REASON)
            let size := returndatasize()
            if lt(size, MAX_REASON) { mstore(reason, size) }
        }
    }
}
