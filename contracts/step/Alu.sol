// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepVerifier} from "../interfaces/IStepVerifier.sol";
import {Float32} from "../libraries/Float32.sol";
import {Int32} from "../libraries/Int32.sol";

/// @title  Scalar operations by opcode, SPEC section 4
/// @notice Values are 32 bits in a word.
library Alu {
    function unary(uint256 code, uint256 a) internal pure returns (uint256) {
        if (code < 0x20) {
            if (code < 0x17) {
                if (code == 0x14) return Float32.sqrt(a);
                if (code == 0x15) return Float32.neg(a);
                return Float32.abs(a);
            }
            if (code == 0x17) return Float32.floor(a);
            if (code == 0x18) return Float32.ceil(a);
            if (code == 0x19) return Float32.trunc(a);
            return Float32.nearest(a);
        }
        if (code == 0x30) return Float32.toInt(a);
        if (code == 0x31) return Float32.fromInt(a);
        if (code == 0x32 || code == 0x33) return Float32.canonical(a);
        revert IStepVerifier.StepVerifier_UnknownOpcode(code);
    }

    function binary(uint256 code, uint256 a, uint256 b) internal pure returns (uint256) {
        if (code == 0x12) return Float32.mul(a, b);
        if (code == 0x10) return Float32.add(a, b);
        if (code < 0x20) {
            if (code == 0x11) return Float32.sub(a, b);
            if (code == 0x13) return Float32.div(a, b);
            if (code == 0x1b) return Float32.min(a, b);
            if (code == 0x1c) return Float32.max(a, b);
            if (code == 0x1d) return Float32.lt(a, b);
            if (code == 0x1e) return Float32.le(a, b);
            if (code == 0x1f) return Float32.eq(a, b);
        } else if (code < 0x28) {
            if (code == 0x20) return Int32.add(a, b);
            if (code == 0x21) return Int32.sub(a, b);
            if (code == 0x22) return Int32.mul(a, b);
            if (code == 0x23) return Int32.div(a, b);
            if (code == 0x24) return Int32.rem(a, b);
            if (code == 0x25) return Int32.and(a, b);
            if (code == 0x26) return Int32.or(a, b);
            return Int32.xor(a, b);
        } else {
            if (code == 0x28) return Int32.shl(a, b);
            if (code == 0x29) return Int32.shr_s(a, b);
            if (code == 0x2a) return Int32.shr_u(a, b);
            if (code == 0x2b) return Int32.min(a, b);
            if (code == 0x2c) return Int32.max(a, b);
            if (code == 0x2d) return Int32.lt(a, b);
            if (code == 0x2e) return Int32.eq(a, b);
        }
        revert IStepVerifier.StepVerifier_UnknownOpcode(code);
    }
}
