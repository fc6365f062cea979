// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {InferenceConsumer} from "../consumer/InferenceConsumer.sol";
import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {CreditDesk} from "./lending/CreditDesk.sol";
import {Offer} from "./lending/CreditPolicy.sol";
import {Loans} from "./lending/Loans.sol";

/// @title  A lending market that asks a credit model before it lends
/// @notice Lenders fund the pool (ERC-4626). An applicant presents a bureau's statement and pays for a score; at finality the score becomes a
///         limit, a rate and a deposit; `borrow` uses the offer up. Nobody has a key to the money or to a decision.
contract LendingMarket is Loans, CreditDesk {
    /// @notice Who may take compensation for answers that fell; it has no other right.
    address public immutable TREASURY;

    error LendingMarket_NotTreasury(address caller);

    /// @param asset       lent and owed; half a thousand is 500 whole ones of it
    /// @param version     of a model with one input `f32[1, 8]`, the row of `Applicant`, and one output `f32[1, 1]`, the risk of default
    /// @param bureau      whose signature makes a statement
    /// @param bondPerUnit wei of bond behind a score for each half thousand asked for
    constructor(IInferenceOracle oracle, IERC20Metadata asset, bytes32 version, address bureau, uint256 bondPerUnit, address treasury)
        InferenceConsumer(oracle)
        ERC20("Lending market share", "LMS")
        ERC4626(asset)
        CreditDesk(version, bureau, bondPerUnit, 500 * 10 ** asset.decimals())
    {
        TREASURY = treasury;
    }

    /// @notice Borrows on the caller's offer. The deposit is taken from the caller, the amount is paid to it.
    function borrow(uint128 amount) external nonReentrant {
        if (amount == 0) revert Loans_ZeroAmount();
        Offer memory offer = _useOffer(msg.sender, amount);
        _lend(msg.sender, amount, offer);
    }

    /// @notice Sends compensation for answers that fell to where the treasury says.
    function collect(address payable to) external returns (uint256) {
        if (msg.sender != TREASURY) revert LendingMarket_NotTreasury(msg.sender);
        return _takeSurplus(to);
    }

    function _requireMayApply(address applicant) internal view override {
        _requireFree(applicant);
    }
}
