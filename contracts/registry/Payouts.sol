// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {Account} from "./AirGap.sol";

/// @title What is owed: the protocol's escrow, everybody else's payouts behind the air gap
abstract contract Payouts is IOperatorRegistry, AccessManaged {
    /// @dev Where burnt value goes: no key for this address can be known.
    address internal constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @dev Seconds between two freezes of an account: time for its owner to take out what is ready.
    uint40 internal constant COOL_DOWN = 7 days;

    IParameters public immutable PARAMETERS;
    address public immutable ORACLE;
    address public immutable GAME;
    address public immutable CLAIMS;
    address public immutable ATTESTATIONS;

    mapping(address account => uint256) private _escrow;
    mapping(address account => Account) private _accounts;

    modifier onlyProtocol() {
        if (!_isProtocol(msg.sender)) revert OperatorRegistry_NotProtocol(msg.sender);
        _;
    }

    constructor(address authority, IParameters parameters, address oracle, address game, address claims, address attestations)
        AccessManaged(authority)
    {
        PARAMETERS = parameters;
        ORACLE = oracle;
        GAME = game;
        CLAIMS = claims;
        ATTESTATIONS = attestations;
    }

    /// @inheritdoc IOperatorRegistry
    function withdraw(address to) external returns (uint256 amount) {
        Account storage account = _accounts[msg.sender];
        if (block.timestamp < account.frozenUntil) revert OperatorRegistry_Frozen(msg.sender, account.frozenUntil);
        amount = account.take();
        if (amount == 0) revert OperatorRegistry_NothingToWithdraw(msg.sender);
        emit Withdrawn(msg.sender, to, amount);
        _send(to, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function freeze(address owner) external restricted {
        Account storage account = _accounts[owner];
        // INVARIANT: a freeze ends by itself, cannot be prolonged, and leaves time before the next one; it moves nothing.
        if (block.timestamp < account.freezableAt) revert OperatorRegistry_FreezeTooSoon(owner, account.freezableAt);
        uint40 until = uint40(block.timestamp + PARAMETERS.vaultRules().maxFreeze);
        account.frozenUntil = until;
        account.freezableAt = until + COOL_DOWN;
        emit AccountFrozen(owner, until);
    }

    /// @inheritdoc IOperatorRegistry
    function credit(address account) external payable {
        _credit(account, msg.value);
    }

    /// @inheritdoc IOperatorRegistry
    function transferPayout(address to, uint256 amount) external onlyProtocol {
        _debit(amount);
        _credit(to, amount);
    }

    /// @inheritdoc IOperatorRegistry
    function burnPayout(uint256 amount) external onlyProtocol {
        _debit(amount);
        _burn(amount);
    }

    /// @inheritdoc IOperatorRegistry
    function payoutOf(address account) external view returns (uint256) {
        return _isProtocol(account) ? _escrow[account] : _accounts[account].total();
    }

    /// @inheritdoc IOperatorRegistry
    function readyOf(address account) external view returns (uint256) {
        return block.timestamp < _accounts[account].frozenUntil ? 0 : _accounts[account].readyOf();
    }

    /// @inheritdoc IOperatorRegistry
    function frozenUntil(address account) external view returns (uint256) {
        return _accounts[account].frozenUntil;
    }

    function _credit(address to, uint256 amount) internal {
        if (amount == 0) return;
        if (_isProtocol(to)) {
            _escrow[to] += amount;
            return;
        }
        emit Credited(to, amount);
        Account storage account = _accounts[to];
        if (account.isOpen()) account.add(SafeCast.toUint96(amount));
        else account.begin(SafeCast.toUint96(amount), PARAMETERS.vaultRules().airGap);
    }

    function _burn(uint256 amount) internal {
        if (amount == 0) return;
        emit Burned(amount);
        _send(BURNED, amount);
    }

    function _isProtocol(address account) internal view returns (bool) {
        return account == ORACLE || account == GAME || account == CLAIMS || account == ATTESTATIONS;
    }

    function _debit(uint256 amount) internal {
        uint256 escrow = _escrow[msg.sender];
        if (escrow < amount) revert OperatorRegistry_PayoutTooLow(msg.sender, escrow, amount);
        _escrow[msg.sender] = escrow - amount;
    }

    function _send(address to, uint256 amount) private {
        (bool sent,) = to.call{value: amount}("");
        if (!sent) revert OperatorRegistry_TransferFailed(to);
    }
}
