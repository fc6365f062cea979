// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {GameRules, IParameters, RequestRules, VaultRules} from "../interfaces/IParameters.sol";

/// @title The numbers that governance may change, see IParameters
contract Parameters is IParameters, AccessManaged {
    uint256 internal constant MAX_GAS_PRICE = 10_000 gwei;
    /// @dev A bond of less deters nobody; one of more shuts everybody out.
    uint256 internal constant LEAST_BOND = 1e12;
    uint256 internal constant MOST_BOND = 10_000 ether;
    uint256 internal constant BPS = 10_000;

    // One slot each.
    RequestRules private _request;
    GameRules private _game;
    VaultRules private _vault;

    constructor(address authority, RequestRules memory request, GameRules memory game, VaultRules memory vault) AccessManaged(authority) {
        _setRequestRules(request);
        _setGameRules(game);
        _setVaultRules(vault);
    }

    /// @inheritdoc IParameters
    function setRequestRules(RequestRules calldata rules) external restricted {
        _setRequestRules(rules);
    }

    /// @inheritdoc IParameters
    function setGameRules(GameRules calldata rules) external restricted {
        _setGameRules(rules);
    }

    /// @inheritdoc IParameters
    function setVaultRules(VaultRules calldata rules) external restricted {
        _setVaultRules(rules);
    }

    /// @inheritdoc IParameters
    function requestRules() external view returns (RequestRules memory) {
        return _request;
    }

    /// @inheritdoc IParameters
    function askingRules() external view returns (RequestRules memory rules, uint16 baseFeeMultiple) {
        return (_request, _game.baseFeeMultiple);
    }

    /// @inheritdoc IParameters
    function gameRules() external view returns (GameRules memory) {
        return _game;
    }

    /// @inheritdoc IParameters
    function vaultRules() external view returns (VaultRules memory) {
        return _vault;
    }

    function _setRequestRules(RequestRules memory rules) private {
        _within("minLiveness", rules.minLiveness, 1 minutes, 7 days);
        _within("maxLiveness", rules.maxLiveness, 7 days, 90 days);
        // Two callbacks, the news of a fall and the final answer, fit the 2^24 gas that a transaction may have.
        _within("maxCallbackGas", rules.maxCallbackGas, 100_000, 7_000_000);
        _within("gasPrice", rules.gasPrice, 1, MAX_GAS_PRICE);
        _within("minBond", rules.minBond, LEAST_BOND, MOST_BOND);
        _request = rules;
        emit RequestRulesChanged(rules);
    }

    function _setGameRules(GameRules memory rules) private {
        _within("clock", rules.clock, 10 minutes, 30 days);
        _within("extension", rules.extension, 1 minutes, rules.clock);
        _within("gasPrice", rules.gasPrice, 1, MAX_GAS_PRICE);
        _within("baseFeeMultiple", rules.baseFeeMultiple, 1, 100);
        _within("marginBps", rules.marginBps, BPS, 5 * BPS);
        _within("minBond", rules.minBond, LEAST_BOND, MOST_BOND);
        _game = rules;
        emit GameRulesChanged(rules);
    }

    function _setVaultRules(VaultRules memory rules) private {
        _within("unbondingDelay", rules.unbondingDelay, 0, 30 days);
        _within("airGap", rules.airGap, 0, 7 days);
        _within("maxFreeze", rules.maxFreeze, 1 hours, 14 days);
        _within("exposureBps", rules.exposureBps, BPS / 10, BPS);
        _within("claimWindow", rules.claimWindow, 10 minutes, 30 days);
        _within("attestations", rules.attestations, 0, 16);
        _within("attestationStake", rules.attestationStake, LEAST_BOND, MOST_BOND);
        _vault = rules;
        emit VaultRulesChanged(rules);
    }

    // INVARIANT: whatever the governor wants, requests stay answerable, games winnable and money comes free within two months.
    function _within(string memory parameter, uint256 value, uint256 least, uint256 most) private pure {
        if (value < least || value > most) revert Parameters_OutOfRange(parameter, value, least, most);
    }
}
