// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {Payouts} from "./Payouts.sol";

/// @title The vault: stakes and what they back, over the payouts of Payouts; see IOperatorRegistry
contract OperatorRegistry is Payouts {
    using SafeCast for uint256;

    uint256 internal constant BPS = 10_000;

    /// @dev No rule sets a lower cap, see Parameters.
    uint256 internal constant LEAST_EXPOSURE_BPS = 1_000;

    uint256 internal constant MOST_ENDPOINT = 256;

    /// @param exposureBps the rule when more than the least cap was last locked
    /// @param ownCapBps   the operator's own, 0 for none
    struct Operator {
        uint96 stake;
        uint96 locked;
        uint16 exposureBps;
        uint16 ownCapBps;
    }

    struct Unbonding {
        uint96 amount;
        uint40 readyAt;
    }

    mapping(address operator => Operator) private _operators;
    mapping(address operator => Unbonding) private _unbonding;

    modifier onlyLocker() {
        if (msg.sender != ORACLE && msg.sender != ATTESTATIONS) revert OperatorRegistry_NotProtocol(msg.sender);
        _;
    }

    constructor(address authority, IParameters parameters, address oracle, address game, address claims, address attestations)
        Payouts(authority, parameters, oracle, game, claims, attestations)
    {}

    /// @inheritdoc IOperatorRegistry
    function stake() external payable {
        _operators[msg.sender].stake += msg.value.toUint96();
        emit Staked(msg.sender, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function beginUnstake(uint256 amount) external {
        if (amount == 0) revert OperatorRegistry_NothingToUnstake(msg.sender);
        Operator memory o = _operators[msg.sender];
        if (amount > o.stake - o.locked) revert OperatorRegistry_FreeStakeTooLow(msg.sender, o.stake - o.locked, amount);
        // INVARIANT: what stays keeps to the exposure under which bonds were locked; a change of the rule holds nobody's stake back.
        uint256 most = (o.stake - amount) * o.exposureBps / BPS;
        if (o.locked > most) revert OperatorRegistry_ExposureTooHigh(msg.sender, most, o.locked);
        _operators[msg.sender].stake = o.stake - amount.toUint96();
        Unbonding memory u = _unbonding[msg.sender];
        if (u.amount != 0 && block.timestamp >= u.readyAt) {
            _finish(u.amount);
            u = Unbonding(0, 0);
        }
        // INVARIANT: no part leaves before its own delay is over; merged with a later one, it waits for that.
        uint256 readyAt = block.timestamp + PARAMETERS.vaultRules().unbondingDelay;
        if (readyAt < u.readyAt) readyAt = u.readyAt;
        _unbonding[msg.sender] = Unbonding(u.amount + amount.toUint96(), uint40(readyAt));
        emit UnstakeBegun(msg.sender, amount, readyAt);
    }

    /// @inheritdoc IOperatorRegistry
    function completeUnstake() external {
        Unbonding memory u = _unbonding[msg.sender];
        if (u.amount == 0) revert OperatorRegistry_NothingToUnstake(msg.sender);
        if (block.timestamp < u.readyAt) revert OperatorRegistry_StillUnbonding(msg.sender, u.readyAt);
        delete _unbonding[msg.sender];
        _finish(u.amount);
    }

    /// @inheritdoc IOperatorRegistry
    function setExposureCap(uint16 bps) external {
        if (bps > BPS) revert OperatorRegistry_BadCap(bps);
        _operators[msg.sender].ownCapBps = bps;
        emit ExposureCapSet(msg.sender, bps);
    }

    /// @inheritdoc IOperatorRegistry
    function announce(string calldata endpoint) external {
        uint256 length = bytes(endpoint).length;
        if (length > MOST_ENDPOINT) revert OperatorRegistry_EndpointTooLong(length, MOST_ENDPOINT);
        emit EndpointAnnounced(msg.sender, endpoint);
    }

    /// @inheritdoc IOperatorRegistry
    function lock(address operator, uint256 amount) external onlyLocker {
        Operator memory o = _operators[operator];
        uint256 locked = o.locked + amount;
        // What is within the least cap that a rule can set is within any rule, and need not be looked up.
        if (o.exposureBps == 0 || locked * BPS > uint256(o.stake) * LEAST_EXPOSURE_BPS) o.exposureBps = PARAMETERS.vaultRules().exposureBps;
        if (locked > o.stake) revert OperatorRegistry_FreeStakeTooLow(operator, o.stake - o.locked, amount);
        uint256 most = uint256(o.stake) * (o.ownCapBps != 0 && o.ownCapBps < o.exposureBps ? o.ownCapBps : o.exposureBps) / BPS;
        if (locked > most) revert OperatorRegistry_ExposureTooHigh(operator, most, locked);
        o.locked = locked.toUint96();
        _operators[operator] = o;
        emit BondLocked(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function release(address operator, uint256 amount) external onlyLocker {
        _release(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function releaseAndPay(uint256 bond, uint256 freed, address[] calldata accounts, uint256[] calldata amounts) external onlyLocker {
        uint256 total = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            if (i < freed) _release(accounts[i], bond);
            total += amounts[i];
            _credit(accounts[i], amounts[i]);
        }
        _debit(total);
    }

    /// @inheritdoc IOperatorRegistry
    function slash(address operator, uint256 amount, address[] calldata accounts, uint256[] calldata shares) external onlyLocker {
        Operator storage o = _operators[operator];
        o.locked -= amount.toUint96();
        o.stake -= amount.toUint96();
        emit BondSlashed(operator, amount);
        uint256 rest = amount;
        for (uint256 i = 0; i < accounts.length; ++i) {
            rest -= shares[i];
            _credit(accounts[i], shares[i]);
        }
        _burn(rest);
    }

    /// @inheritdoc IOperatorRegistry
    function stakeOf(address operator) external view returns (uint256 total, uint256 locked) {
        return (_operators[operator].stake, _operators[operator].locked);
    }

    /// @inheritdoc IOperatorRegistry
    function unbondingOf(address operator) external view returns (uint256 amount, uint256 readyAt) {
        return (_unbonding[operator].amount, _unbonding[operator].readyAt);
    }

    /// @inheritdoc IOperatorRegistry
    function exposureCapOf(address operator) external view returns (uint256) {
        return _operators[operator].ownCapBps;
    }

    function _release(address operator, uint256 amount) private {
        _operators[operator].locked -= amount.toUint96();
        emit BondReleased(operator, amount);
    }

    /// @dev Takes what the operator may lose no longer to its payouts.
    function _finish(uint256 amount) private {
        emit Unstaked(msg.sender, amount);
        _credit(msg.sender, amount);
    }
}
