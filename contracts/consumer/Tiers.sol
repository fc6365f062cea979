// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestTerms} from "../types/Inference.sol";

/// @notice How hard an answer is to falsify, apart from when it is wanted and what is paid for it.
/// @param liveness   seconds in which an answer can be disputed
/// @param bond       wei that each asserter locks at least
/// @param delayPrice wei that a challenger pays the consumer for a challenge that it loses
/// @param redundancy different asserters that must agree, 1 to 8
struct Tier {
    uint32 liveness;
    uint96 bond;
    uint96 delayPrice;
    uint8 redundancy;
}

/// @title  Security tiers
/// @notice Choose by what a wrong answer would cost and whether it can be undone; then say what is at stake, so that the bond is worth it:
///         `Tiers.high().backing(amount, 5_000).ask(ORACLE, 1 days, fee, gas)`.
library Tiers {
    using Tiers for Tier;

    uint256 private constant BPS = 10_000;
    /// @dev The oracle keeps bonds and fees in 80 bits.
    uint256 private constant LIMIT = 1 << 80;

    error Tiers_TooLarge(uint256 amount);
    error Tiers_NoTime();

    /// @notice For what is shown or can be undone at no cost.
    function quick() internal pure returns (Tier memory) {
        return Tier({liveness: 10 minutes, bond: 0, delayPrice: 0, redundancy: 1});
    }

    /// @notice For everyday decisions about little money.
    function standard() internal pure returns (Tier memory) {
        return Tier({liveness: 4 hours, bond: 0, delayPrice: 0, redundancy: 1});
    }

    /// @notice For money that does not come back. Two stakes must agree.
    function high() internal pure returns (Tier memory) {
        return Tier({liveness: 1 days, bond: 0, delayPrice: 0, redundancy: 2});
    }

    /// @notice For what a whole system hangs on: time enough for a person to look. Three stakes must agree.
    function critical() internal pure returns (Tier memory) {
        return Tier({liveness: 7 days, bond: 0, delayPrice: 0, redundancy: 3});
    }

    /// @notice The same tier with each bond at least `bps / 10_000` of what a lie could win, in wei.
    function backing(Tier memory tier, uint256 atStake, uint256 bps) internal pure returns (Tier memory) {
        uint256 bond = (atStake * bps + BPS - 1) / BPS;
        if (bond >= LIMIT) revert Tiers_TooLarge(bond);
        if (bond > tier.bond) tier.bond = uint96(bond);
        return tier;
    }

    /// @notice The same tier with this price of a lost challenge, in wei.
    function priced(Tier memory tier, uint256 delayPrice) internal pure returns (Tier memory) {
        if (delayPrice >= LIMIT) revert Tiers_TooLarge(delayPrice);
        tier.delayPrice = uint96(delayPrice);
        return tier;
    }

    /// @notice Terms of a request made now. The bond is raised to the least that the oracle takes at this block's base fee.
    /// @param answerWithin seconds in which answers are taken
    /// @param fee          wei for the operators; several that must agree share it
    /// @param callbackGas  gas for each call of the consumer, 0 for none
    function ask(Tier memory tier, IInferenceOracle oracle, uint256 answerWithin, uint256 fee, uint256 callbackGas)
        internal
        view
        returns (RequestTerms memory terms)
    {
        if (answerWithin == 0) revert Tiers_NoTime();
        if (answerWithin > type(uint32).max) revert Tiers_TooLarge(answerWithin);
        if (fee >= LIMIT) revert Tiers_TooLarge(fee);
        if (callbackGas > type(uint32).max) revert Tiers_TooLarge(callbackGas);
        uint256 least = oracle.minimumBond(fee);
        if (least >= LIMIT) revert Tiers_TooLarge(least);
        terms.deadline = uint40(block.timestamp + answerWithin);
        terms.liveness = tier.liveness;
        terms.bond = least > tier.bond ? uint96(least) : tier.bond;
        terms.fee = uint96(fee);
        terms.delayPrice = tier.delayPrice;
        terms.callbackGas = uint32(callbackGas);
        terms.redundancy = tier.redundancy;
    }

    /// @notice The same terms, with word of the first answer before it is final.
    function optimistically(RequestTerms memory terms) internal pure returns (RequestTerms memory) {
        terms.optimistic = true;
        return terms;
    }

    /// @notice The same terms, also for a version whose availability nobody attests.
    function evenInactive(RequestTerms memory terms) internal pure returns (RequestTerms memory) {
        terms.allowInactive = true;
        return terms;
    }
}
