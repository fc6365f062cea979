// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier, Tiers} from "../consumer/Tiers.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestTerms} from "../types/Inference.sol";

/// @title Shows the terms that tiers lead to, for tests
contract TiersHarness {
    using Tiers for Tier;
    using Tiers for RequestTerms;

    /// @param which 0 quick, 1 standard, 2 high, 3 critical
    function terms(
        IInferenceOracle oracle, uint8 which, uint256 atStake, uint256 bps, uint256 delayPrice, uint256 within, uint256 fee, uint256 gas
    ) external view returns (RequestTerms memory) {
        Tier memory tier =
            which == 0 ? Tiers.quick() : which == 1 ? Tiers.standard() : which == 2 ? Tiers.high() : Tiers.critical();
        return tier.backing(atStake, bps).priced(delayPrice).ask(oracle, within, fee, gas);
    }

    function optimistic(RequestTerms memory given) external pure returns (RequestTerms memory) {
        return given.optimistically().evenInactive();
    }
}
