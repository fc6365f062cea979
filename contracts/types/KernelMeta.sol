// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LibMeta, Meta} from "./Meta.sol";

/// @notice A kernel's meta as a game stores it, 11 bytes: type, committed, count (4), first (2), length (1), blocks (2).
type KernelMeta is uint88;

using LibKernelMeta for KernelMeta global;

library LibKernelMeta {
    /// @dev A meta that no valid kernel can have; whoever meets one proves the program invalid instead of descending.
    error KernelMeta_NotAKernel(bytes32 meta);

    /// @notice What of a meta the game uses. Reverts where a field has a value that validity, SPEC section 5, forbids and that does not fit.
    function pack(Meta meta) internal pure returns (KernelMeta) {
        bytes32 raw = Meta.unwrap(meta);
        if (raw == 0) return KernelMeta.wrap(0); // before a kernel is reached
        bool fits = meta.kind() == LibMeta.KERNEL && uint8(raw[2]) < 2 && meta.first() < 1 << 16 && meta.length() < 1 << 8
            && meta.blocks() < 1 << 16;
        if (!fits) revert KernelMeta_NotAKernel(raw);
        uint256 head = meta.storeType() << 8 | uint8(raw[2]);
        return KernelMeta.wrap(uint88((head << 32 | meta.count()) << 40 | meta.first() << 24 | meta.length() << 16 | meta.blocks()));
    }

    /// @notice The meta that was packed.
    function unpack(KernelMeta packed) internal pure returns (Meta) {
        uint256 p = KernelMeta.unwrap(packed);
        if (p == 0) return Meta.wrap(0);
        uint256 head = LibMeta.KERNEL << 24 | (p >> 80) << 16 | (p >> 72 & 0xff) << 8;
        uint256 fields = (p >> 40 & 0xffffffff) << 96 | (p >> 24 & 0xffff) << 64 | (p >> 16 & 0xff) << 32 | (p & 0xffff);
        return Meta.wrap(bytes32(head << 224 | fields << 96));
    }
}
