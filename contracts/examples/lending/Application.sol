// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Offer} from "./CreditPolicy.sol";

enum Stage {
    NONE,
    PENDING,
    APPROVED,
    DECLINED,
    USED,
    EXPIRED
}

/// @param appliedAt unix seconds; an offer's age counts from there, however late the answer came
/// @param asked     in the asset's smallest unit
struct Application {
    address applicant;
    Stage stage;
    uint40 appliedAt;
    uint128 asked;
    Offer offer;
}
