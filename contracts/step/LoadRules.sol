// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Meta} from "../types/Meta.sol";
import {Bytes} from "./Bytes.sol";
import {Buffers, MetaRules} from "./MetaRules.sol";
import {INDEX_BOUND, isForeignNan, MAX_AXES, Rule} from "./Rule.sol";

/// @notice What the rules on operands and code need of a load.
/// @param greatest the greatest address over the axes' extents, below 2^31
/// @param reduces  whether a coordinate depends on a reduce variable, by itself or through the load that indexes it
/// @param lookups  number of indexed axes
/// @param indices  bit `2 * i`: a coordinate is the value of load `i`, whose type is checked once its operand is known
struct LoadFacts {
    uint256 buffer;
    uint256 fill;
    uint256 greatest;
    bool reduces;
    uint256 lookups;
    uint256 indices;
}

/// @title  The rules on loads; twin of models/ir/check-load.ts
/// @dev    All sums are of at most 17 products of 32-bit numbers: nothing overflows.
library LoadRules {
    using Bytes for bytes;

    /// @notice Checks load `number` at `cursor` as far as it needs no operand, and gives the place behind it.
    /// @param loads facts of all loads; those before `number` are known, its own are filled in
    function read(
        bytes calldata data,
        uint256 cursor,
        uint256[] memory extents,
        uint256 outputRank,
        uint256 ownBuffer,
        LoadFacts[] memory loads,
        uint256 number
    ) internal pure returns (Rule rule, uint256) {
        LoadFacts memory facts = loads[number];
        if (!data.has(cursor, 17)) return (Rule.BYTES, cursor);
        facts.buffer = data.u32(cursor);
        facts.fill = data.u32(cursor + 12);
        if (facts.buffer >= ownBuffer) return (Rule.BUFFER, cursor);
        if (data.u32(cursor + 4) != 0) return (Rule.VERSION, cursor);
        uint256 axes = data.u8(cursor + 16);
        if (axes > MAX_AXES) return (Rule.RANK, cursor);
        int256 least = data.i32(cursor + 8);
        int256 greatest = least;
        uint256 bound = _abs(least);
        cursor += 17;
        for (; axes > 0; axes--) {
            if (!data.has(cursor, 9)) return (Rule.BYTES, cursor);
            uint256 extent = data.u32(cursor);
            if (extent == 0 || extent >= INDEX_BOUND) return (Rule.EXTENT, cursor);
            int256 reach = data.i32(cursor + 4) * int256(extent - 1);
            bound += _abs(reach);
            if (reach < 0) least += reach;
            else greatest += reach;
            uint256 kind = data.u8(cursor + 8);
            if (kind > 1) return (Rule.COORDINATE, cursor);
            (rule, cursor) = kind == 1
                ? _readIndexed(data, cursor + 9, loads, number)
                : _readAffine(data, cursor + 9, extents, outputRank, facts);
            if (rule != Rule.NONE) return (rule, cursor);
        }
        if (bound >= INDEX_BOUND || least < 0) return (Rule.ADDRESS, cursor);
        facts.greatest = uint256(greatest);
        return (Rule.NONE, cursor);
    }

    /// @notice The rules that speak of the load's operand, whose proved meta is `operand`.
    function checkOperand(LoadFacts memory facts, Meta operand, Meta own, Buffers memory buffers)
        internal
        pure
        returns (Rule)
    {
        if (!MetaRules.isOperand(operand, facts.buffer, buffers)) return Rule.BUFFER;
        if (MetaRules.isInterior(operand) && !MetaRules.sameSegment(operand, own)) return Rule.BUFFER;
        if (facts.greatest >= operand.count()) return Rule.ADDRESS;
        if (MetaRules.isFloat(operand) && isForeignNan(facts.fill)) return Rule.ADDRESS;
        return Rule.NONE;
    }

    function _readIndexed(bytes calldata data, uint256 cursor, LoadFacts[] memory loads, uint256 number)
        private
        pure
        returns (Rule, uint256)
    {
        if (!data.has(cursor, 5)) return (Rule.BYTES, cursor);
        uint256 index = data.u8(cursor);
        if (index >= number || loads[index].indices != 0) return (Rule.COORDINATE, cursor);
        loads[number].indices |= 1 << (2 * index);
        ++loads[number].lookups;
        if (loads[index].reduces) loads[number].reduces = true;
        return (Rule.NONE, cursor + 5);
    }

    function _readAffine(
        bytes calldata data,
        uint256 cursor,
        uint256[] memory extents,
        uint256 outputRank,
        LoadFacts memory facts
    ) private pure returns (Rule, uint256) {
        if (!data.has(cursor, 5)) return (Rule.BYTES, cursor);
        uint256 bound = _abs(data.i32(cursor));
        uint256 terms = data.u8(cursor + 4);
        cursor += 5;
        if (!data.has(cursor, 5 * terms)) return (Rule.BYTES, cursor);
        uint256 next = 0;
        for (; terms > 0; terms--) {
            uint256 variable = data.u8(cursor);
            int256 coefficient = data.i32(cursor + 1);
            if (variable >= extents.length || variable < next || coefficient == 0) return (Rule.COORDINATE, cursor);
            bound += _abs(coefficient) * (extents[variable] - 1);
            next = variable + 1;
            cursor += 5;
        }
        if (next > outputRank) facts.reduces = true;
        return (bound >= INDEX_BOUND ? Rule.COORDINATE : Rule.NONE, cursor);
    }

    function _abs(int256 value) private pure returns (uint256) {
        return uint256(value < 0 ? -value : value);
    }
}
