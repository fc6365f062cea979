// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Meta} from "../types/Meta.sol";
import {Bytes} from "./Bytes.sol";
import {LoadFacts, LoadRules} from "./LoadRules.sol";
import {
    INDEX_BOUND,
    MAX_BLOCK,
    MAX_BLOCKS,
    MAX_CODE_BYTES,
    MAX_DESCRIPTOR_BYTES,
    MAX_LOADS,
    MAX_RANK,
    MAX_WORK,
    Rule
} from "./Rule.sol";

/// @notice What a descriptor says, as far as the rules that need its operands ask.
/// @param extents    output extents, then reduce extents
/// @param outputRank how many of them are output extents
/// @param folds      whether there is a fold
/// @param blockTerms terms of the longest block, 0 without a fold
/// @param foldType   0 f32, 1 i32; likewise `resultType`
/// @param loads      one for each load
/// @param work       bytes of code that the dearest step runs
/// @param openings   for each word that it may open the depth of its tree and `WORD_WORK`, once the operands are known
/// @param term       where the term's code begins in the descriptor, and `termEnd` where it ends; likewise `result`
struct Descriptor {
    uint256[] extents;
    uint256 outputRank;
    bool folds;
    uint256 blockTerms;
    uint256 foldType;
    uint256 resultType;
    LoadFacts[] loads;
    uint256 term;
    uint256 termEnd;
    uint256 result;
    uint256 resultEnd;
    uint256 work;
    uint256 openings;
}

/// @title  The rules that a descriptor and its meta decide without operands; twin of models/ir/validate-kernel.ts
library DescriptorRules {
    using Bytes for bytes;

    /// @notice The first rule that is violated from left to right, or `NONE` and what was read.
    function read(bytes calldata data, Meta meta, uint256 ownBuffer)
        internal
        pure
        returns (Rule rule, Descriptor memory descriptor)
    {
        if (data.length > MAX_DESCRIPTOR_BYTES || data.length < 12) return (Rule.BYTES, descriptor);
        if ((rule = _readHead(data, meta, descriptor)) != Rule.NONE) return (rule, descriptor);
        uint256 cursor = 12 + 4 * descriptor.extents.length;
        for (uint256 i = 0; i < descriptor.loads.length; i++) {
            (rule, cursor) = LoadRules.read(data, cursor, descriptor.extents, descriptor.outputRank, ownBuffer, descriptor.loads, i);
            if (rule != Rule.NONE) return (rule, descriptor);
        }
        (rule, descriptor.term, descriptor.termEnd) = _readCode(data, cursor);
        if (rule == Rule.NONE && (descriptor.termEnd > descriptor.term) != descriptor.folds) rule = Rule.REDUCE;
        if (rule != Rule.NONE) return (rule, descriptor);
        (rule, descriptor.result, descriptor.resultEnd) = _readCode(data, descriptor.termEnd);
        if (rule == Rule.NONE && descriptor.resultEnd != data.length) rule = Rule.BYTES;
        descriptor.work = (descriptor.termEnd - descriptor.term) * descriptor.blockTerms + descriptor.resultEnd - descriptor.result;
        if (rule == Rule.NONE && descriptor.work > MAX_WORK) rule = Rule.WORK;
    }

    function _readHead(bytes calldata data, Meta meta, Descriptor memory descriptor) private pure returns (Rule) {
        uint256 resultType = data.u8(2);
        uint256 storeType = data.u8(3);
        uint256 op = data.u8(4);
        uint256 outputRank = data.u8(5);
        uint256 reduceRank = data.u8(6);
        uint256 block_ = data.u32(8);
        if (data.u8(0) != 1) return Rule.VERSION;
        if (data.u8(1) > 1 || resultType > 1) return Rule.TYPE;
        if (resultType == 0 ? storeType != 0 : storeType == 0 || storeType > 3) return Rule.TYPE;
        if (outputRank == 0 || outputRank > MAX_RANK || reduceRank > MAX_RANK || data.u8(7) > MAX_LOADS) return Rule.RANK;
        if (op == 0 ? reduceRank + block_ + data.u8(1) != 0 : op > 4 || reduceRank == 0 || block_ == 0 || block_ > MAX_BLOCK) {
            return Rule.REDUCE;
        }
        if (!data.has(12, 4 * (outputRank + reduceRank))) return Rule.BYTES;
        descriptor.foldType = data.u8(1);
        descriptor.resultType = resultType;
        descriptor.folds = op > 0;
        descriptor.outputRank = outputRank;
        descriptor.extents = new uint256[](outputRank + reduceRank);
        descriptor.loads = new LoadFacts[](data.u8(7));
        uint256 count = _volume(data, descriptor.extents, 0, outputRank);
        uint256 terms = _volume(data, descriptor.extents, outputRank, outputRank + reduceRank);
        if (count == 0 || terms == 0) return Rule.EXTENT;
        uint256 blocks = op == 0 ? 0 : (terms + block_ - 1) / block_;
        if (blocks > MAX_BLOCKS) return Rule.REDUCE;
        descriptor.blockTerms = terms < block_ ? terms : block_;
        bool agrees = meta.storeType() == storeType && meta.count() == count && meta.blocks() == blocks;
        return agrees ? Rule.NONE : Rule.META;
    }

    /// @dev Reads extents `from` to `to - 1`; their product, or 0 where an extent is 0 or the product is 2^31 or more.
    function _volume(bytes calldata data, uint256[] memory extents, uint256 from, uint256 to)
        private
        pure
        returns (uint256 total)
    {
        total = 1;
        for (uint256 i = from; i < to; i++) {
            extents[i] = data.u32(12 + 4 * i);
            total *= extents[i];
            if (total >= INDEX_BOUND) return 0;
        }
    }

    function _readCode(bytes calldata data, uint256 cursor) private pure returns (Rule rule, uint256 start, uint256 end) {
        if (!data.has(cursor, 2)) return (Rule.BYTES, 0, 0);
        uint256 length = data.u16(cursor);
        if (length > MAX_CODE_BYTES) return (Rule.CODE, 0, 0);
        start = cursor + 2;
        end = start + length;
        if (end > data.length) rule = Rule.BYTES;
    }
}
