// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {F32, F32_ONE, F32_ZERO} from "../../consumer/F32.sol";
import {F32Fixed} from "../../consumer/F32Fixed.sol";

/// @notice What an applicant may borrow, and how.
/// @param limit      most that can be borrowed, in the asset's smallest unit; 0 is a refusal
/// @param rateBps    interest a year, basis points of the principal
/// @param depositBps security deposit, basis points of what is borrowed
struct Offer {
    uint128 limit;
    uint16 rateBps;
    uint16 depositBps;
}

/// @title  From a risk to an offer
/// @notice Everything is rounded against the borrower: the risk up, the limit down, rate and deposit up.
library CreditPolicy {
    uint256 private constant MILLION = 1_000_000;
    /// @dev From this risk on, parts in a million, there is no credit.
    uint256 internal constant CUTOFF = 200_000;
    uint256 internal constant BASE_RATE_BPS = 400;
    uint256 internal constant BASE_DEPOSIT_BPS = 500;

    /// @param risk  probability of default as the model gave it; anything but a number in 0..1 is a refusal
    /// @param asked in the asset's smallest unit
    function offerFor(F32 risk, uint128 asked) internal pure returns (Offer memory offer) {
        if (!risk.isWithin(F32_ZERO, F32_ONE)) return offer;
        uint256 ppm = uint256(F32Fixed.toFixed(risk, 6, Math.Rounding.Ceil));
        if (ppm >= CUTOFF) return offer;
        // The limit falls in a straight line to nothing at the cut-off; the rate covers one and a half times the expected loss.
        offer.limit = uint128(uint256(asked) * (CUTOFF - ppm) / CUTOFF);
        offer.rateBps = uint16(BASE_RATE_BPS + Math.ceilDiv(ppm * 15_000, MILLION));
        offer.depositBps = uint16(BASE_DEPOSIT_BPS + Math.ceilDiv(ppm * 10_000, MILLION));
    }
}
