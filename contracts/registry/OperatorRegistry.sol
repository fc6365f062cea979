// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";

/// @title The vault, see IOperatorRegistry
contract OperatorRegistry is IOperatorRegistry {
    /// @dev Where burnt value goes: no key for this address can be known.
    address internal constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @notice The one contract that locks, frees and slashes bonds.
    address public immutable ORACLE;

    mapping(address operator => uint256) private _stake;
    mapping(address operator => uint256) private _locked;
    mapping(address account => uint256) private _payout;

    constructor(address oracle) {
        ORACLE = oracle;
    }

    modifier onlyOracle() {
        if (msg.sender != ORACLE) revert OperatorRegistry_NotProtocol(msg.sender);
        _;
    }

    /// @inheritdoc IOperatorRegistry
    function stake() external payable {
        _stake[msg.sender] += msg.value;
        emit Staked(msg.sender, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function unstake(uint256 amount) external {
        _requireFree(msg.sender, amount);
        _stake[msg.sender] -= amount;
        emit Unstaked(msg.sender, amount);
        _credit(msg.sender, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function withdraw(address to) external returns (uint256 amount) {
        amount = _payout[msg.sender];
        if (amount == 0) revert OperatorRegistry_NothingToWithdraw(msg.sender);
        _payout[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        _send(to, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function lock(address operator, uint256 amount) external onlyOracle {
        _requireFree(operator, amount);
        _locked[operator] += amount;
        emit BondLocked(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function release(address operator, uint256 amount) external onlyOracle {
        _locked[operator] -= amount;
        emit BondReleased(operator, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function slash(address operator, uint256 amount, address[] calldata accounts, uint256[] calldata shares) external onlyOracle {
        _locked[operator] -= amount;
        _stake[operator] -= amount;
        emit BondSlashed(operator, amount);
        uint256 rest = amount;
        for (uint256 i = 0; i < accounts.length; ++i) {
            rest -= shares[i];
            _credit(accounts[i], shares[i]);
        }
        _burn(rest);
    }

    /// @inheritdoc IOperatorRegistry
    function credit(address account) external payable {
        _credit(account, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function transferPayout(address to, uint256 amount) external {
        _debit(amount);
        _credit(to, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function burnPayout(uint256 amount) external {
        _debit(amount);
        _burn(amount);
    }

    /// @inheritdoc IOperatorRegistry
    function stakeOf(address operator) external view returns (uint256 total, uint256 locked) {
        return (_stake[operator], _locked[operator]);
    }

    /// @inheritdoc IOperatorRegistry
    function payoutOf(address account) external view returns (uint256) {
        return _payout[account];
    }

    // INVARIANT: stake that backs a standing assertion cannot leave or back another one.
    function _requireFree(address operator, uint256 amount) private view {
        uint256 free = _stake[operator] - _locked[operator];
        if (free < amount) revert OperatorRegistry_FreeStakeTooLow(operator, free, amount);
    }

    function _credit(address account, uint256 amount) private {
        if (amount == 0) return;
        _payout[account] += amount;
        emit Credited(account, amount);
    }

    function _debit(uint256 amount) private {
        uint256 payout = _payout[msg.sender];
        if (payout < amount) revert OperatorRegistry_PayoutTooLow(msg.sender, payout, amount);
        _payout[msg.sender] = payout - amount;
    }

    function _burn(uint256 amount) private {
        if (amount == 0) return;
        emit Burned(amount);
        _send(BURNED, amount);
    }

    function _send(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert OperatorRegistry_TransferFailed(to);
    }
}
