// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Float32} from "../libraries/Float32.sol";
import {Float32Sum} from "../libraries/Float32Sum.sol";
import {Int32} from "../libraries/Int32.sol";

/// @title  Runs one operation on many operands, for comparison with the TypeScript definition, and measures gas
contract Float32Harness {
    error Float32Harness_UnknownCode(uint256 code);
    /// @notice A result has ones above its 32 bits.
    error Float32Harness_WideResult(uint256 code, uint256 a, uint256 b, uint256 result);

    /// @param  code  opcode of SPEC section 4, or 0x40 for the one NaN and 0x41 for the widening of binary16
    /// @param  pairs big-endian words of 32 bits: a, b, a, b, ...; operations of one operand leave `b` alone
    /// @return results big-endian words of 32 bits, one a pair
    function run(uint256 code, bytes calldata pairs) external pure returns (bytes memory results) {
        results = new bytes(pairs.length / 2);
        for (uint256 i = 0; i < pairs.length; i += 8) {
            uint256 pair = uint64(bytes8(pairs[i:]));
            (uint256 a, uint256 b) = (pair >> 32, pair & 0xffffffff);
            uint256 result;
            if (code < 0x18) result = _arithmetic(code, a, b);
            else if (code < 0x20) result = _comparison(code, a, b);
            else if (code < 0x30) result = _integer(code, a, b);
            else result = _conversion(code, a);
            if (result >> 32 != 0) revert Float32Harness_WideResult(code, a, b, result);
            // the four bytes after the i / 2 that are there; what lies behind is zero still
            assembly ("memory-safe") {
                let at := add(add(results, 32), shr(1, i))
                mstore(at, or(mload(at), shl(224, result)))
            }
        }
    }

    /// @notice The sum of products of the pairs, from +0, term after term.
    /// @return sum the sum's bits
    /// @return gas of all multiplications and additions together: of the loop, less that of a loop that only combines the bits
    function dot(bytes calldata pairs) external view returns (uint256 sum, uint256 gas) {
        uint256 bits;
        uint256 start = gasleft();
        for (uint256 i = 0; i < pairs.length; i += 8) {
            uint256 pair = uint64(bytes8(pairs[i:]));
            bits ^= (pair >> 32) ^ (pair & 0xffffffff);
        }
        uint256 loop = start - gasleft();
        start = gasleft();
        for (uint256 i = 0; i < pairs.length; i += 8) {
            uint256 pair = uint64(bytes8(pairs[i:]));
            sum = Float32.add(sum, Float32.mul(pair >> 32, pair & 0xffffffff));
        }
        gas = start - gasleft() - loop;
        // keeps the first loop from being removed
        if (bits > 0xffffffff) revert Float32Harness_UnknownCode(bits);
    }

    /// @notice Sums of products, each of `length` pairs, and the gas of all of them.
    /// @param  pairs as for `run`; the products of one sum follow each other
    function sums(uint256 length, bytes calldata pairs) external view returns (uint256[] memory results, uint256 gas) {
        results = new uint256[](pairs.length / 8 / length);
        for (uint256 i = 0; i < results.length; ++i) {
            (uint256 m, uint256 e) = (0, 1);
            for (uint256 done = 0; done < length; done += 8) {
                uint256 count = length - done < 8 ? length - done : 8;
                (uint256 a, uint256 b) = _factors(pairs[8 * (i * length + done):], count);
                uint256 start = gasleft();
                (m, e) = Float32Sum.addProducts(m, e, a, 32, b, 32, count);
                gas += start - gasleft();
            }
            results[i] = Float32Sum.bitsOf(m, e);
        }
    }

    function _factors(bytes calldata pairs, uint256 count) private pure returns (uint256 a, uint256 b) {
        for (uint256 i = 0; i < count; ++i) {
            uint256 pair = uint64(bytes8(pairs[8 * i:]));
            a |= (pair >> 32) << (224 - 32 * i);
            b |= (pair & 0xffffffff) << (224 - 32 * i);
        }
    }

    function _arithmetic(uint256 code, uint256 a, uint256 b) private pure returns (uint256) {
        if (code == 0x10) return Float32.add(a, b);
        if (code == 0x11) return Float32.sub(a, b);
        if (code == 0x12) return Float32.mul(a, b);
        if (code == 0x13) return Float32.div(a, b);
        if (code == 0x14) return Float32.sqrt(a);
        if (code == 0x15) return Float32.neg(a);
        if (code == 0x16) return Float32.abs(a);
        if (code == 0x17) return Float32.floor(a);
        revert Float32Harness_UnknownCode(code);
    }

    function _comparison(uint256 code, uint256 a, uint256 b) private pure returns (uint256) {
        if (code == 0x18) return Float32.ceil(a);
        if (code == 0x19) return Float32.trunc(a);
        if (code == 0x1a) return Float32.nearest(a);
        if (code == 0x1b) return Float32.min(a, b);
        if (code == 0x1c) return Float32.max(a, b);
        if (code == 0x1d) return Float32.lt(a, b);
        if (code == 0x1e) return Float32.le(a, b);
        return Float32.eq(a, b);
    }

    function _integer(uint256 code, uint256 a, uint256 b) private pure returns (uint256) {
        if (code == 0x20) return Int32.add(a, b);
        if (code == 0x21) return Int32.sub(a, b);
        if (code == 0x22) return Int32.mul(a, b);
        if (code == 0x23) return Int32.div(a, b);
        if (code == 0x24) return Int32.rem(a, b);
        if (code == 0x25) return Int32.and(a, b);
        if (code == 0x26) return Int32.or(a, b);
        if (code == 0x27) return Int32.xor(a, b);
        if (code == 0x28) return Int32.shl(a, b);
        if (code == 0x29) return Int32.shr_s(a, b);
        if (code == 0x2a) return Int32.shr_u(a, b);
        if (code == 0x2b) return Int32.min(a, b);
        if (code == 0x2c) return Int32.max(a, b);
        if (code == 0x2d) return Int32.lt(a, b);
        if (code == 0x2e) return Int32.eq(a, b);
        revert Float32Harness_UnknownCode(code);
    }

    function _conversion(uint256 code, uint256 a) private pure returns (uint256) {
        if (code == 0x30) return Float32.toInt(a);
        if (code == 0x31) return Float32.fromInt(a);
        if (code == 0x32 || code == 0x33 || code == 0x40) return Float32.canonical(a);
        if (code == 0x41) return Float32.fromHalf(a & 0xffff);
        revert Float32Harness_UnknownCode(code);
    }
}
