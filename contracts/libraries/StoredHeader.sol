// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Header} from "./Header.sol";

/// @title Reads fields of a stored header without loading the whole of it
/// @dev   A header is longer than 31 bytes, so that its words lie at the hash of its slot: eight fields in each.
library StoredHeader {
    /// @notice Field number `offset`, see Header; 0 of a header that is not there.
    function stored(bytes storage header, uint256 offset) internal view returns (uint256 value) {
        assembly ("memory-safe") {
            mstore(0, header.slot)
            let word := sload(add(keccak256(0, 32), shr(3, offset)))
            value := and(shr(sub(224, shl(5, and(offset, 7))), word), 0xffffffff)
        }
    }

    /// @notice Bytes of the buffer whose store type and element count are fields `offset` and `offset + 1`.
    function storedSize(bytes storage header, uint256 offset) internal view returns (uint256) {
        return Header.sizeOf(stored(header, offset)) * stored(header, offset + 1);
    }

    /// @notice Index of the first field of output 0; each output has kernel, type, count.
    function storedFirstOutput(bytes storage header) internal view returns (uint256) {
        return Header.FIRST_INPUT + 2 * stored(header, Header.INPUTS);
    }
}
