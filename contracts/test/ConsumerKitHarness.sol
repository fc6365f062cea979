// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {F32} from "../consumer/F32.sol";
import {F32Bytes} from "../consumer/F32Bytes.sol";
import {F32Fixed} from "../consumer/F32Fixed.sol";
import {Outputs} from "../consumer/Outputs.sol";

/// @title Runs the consumer kit's functions on many operands, for comparison with the machine
contract ConsumerKitHarness {
    function decimals(int256[] calldata values, uint256 places) external pure returns (bytes memory) {
        F32[] memory numbers = new F32[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            numbers[i] = F32Bytes.fromDecimal(values[i], places);
        }
        return F32Bytes.encode(numbers);
    }

    function ratios(uint256[] calldata numerators, uint256[] calldata denominators) external pure returns (bytes memory) {
        F32[] memory numbers = new F32[](numerators.length);
        for (uint256 i = 0; i < numbers.length; ++i) {
            numbers[i] = F32Bytes.fromRatio(i % 2 == 1, numerators[i], denominators[i]);
        }
        return F32Bytes.encode(numbers);
    }

    function toInteger(uint32 bits) external pure returns (int256) {
        return F32Bytes.toInteger(F32.wrap(bits));
    }

    function writeWord(uint256 length, uint256 index, uint32 word) external pure returns (bytes memory data) {
        data = new bytes(length);
        F32Bytes.writeWord(data, index, word);
    }

    /// @param rounding 0 to 3 as in `Math.Rounding`, 4 for the nearest
    function toFixed(uint32[] calldata bits, uint256 places, uint8 rounding) external pure returns (int256[] memory values) {
        values = new int256[](bits.length);
        for (uint256 i = 0; i < bits.length; ++i) {
            F32 x = F32.wrap(bits[i]);
            values[i] = rounding == 4 ? F32Fixed.toNearest(x, places) : F32Fixed.toFixed(x, places, Math.Rounding(rounding));
        }
    }

    /// @return results a bit each for `==`, `!=`, `<`, `<=`, `>`, `>=`
    function compare(uint32[] calldata a, uint32[] calldata b) external pure returns (bytes memory results) {
        results = new bytes(a.length);
        for (uint256 i = 0; i < a.length; ++i) {
            (F32 x, F32 y) = (F32.wrap(a[i]), F32.wrap(b[i]));
            uint8 flags = (x == y ? 1 : 0) | (x != y ? 2 : 0) | (x < y ? 4 : 0);
            results[i] = bytes1(flags | (x <= y ? 8 : 0) | (x > y ? 16 : 0) | (x >= y ? 32 : 0));
        }
    }

    /// @return values element by element: `f32` and `f16` as bits
    function read(bytes calldata data, uint8 kind, uint256 count) external pure returns (int256[] memory values) {
        values = new int256[](count);
        for (uint256 i = 0; i < count; ++i) {
            if (kind == 0) values[i] = int256(uint256(Outputs.f32(data, i).bits()));
            else if (kind == 1) values[i] = Outputs.i32(data, i);
            else if (kind == 2) values[i] = Outputs.i8(data, i);
            else if (kind == 3) values[i] = int256(uint256(Outputs.u8(data, i)));
            else values[i] = int256(uint256(Outputs.f16(data, i).bits()));
        }
    }

    function argmax(bytes calldata data) external pure returns (uint256 place, uint32 bits) {
        F32 greatest;
        (place, greatest) = Outputs.argmax(data);
        bits = greatest.bits();
    }

    function argmaxInteger(bytes calldata data) external pure returns (uint256, int32) {
        return Outputs.argmaxInteger(data);
    }
}
