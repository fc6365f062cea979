// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {F32} from "../../consumer/F32.sol";
import {F32Bytes} from "../../consumer/F32Bytes.sol";

/// @notice An applicant for credit, in whole numbers of the units below.
/// @param income    tenths of a thousand a year, 80 to 2500
/// @param debt      debt payments, percent of income, 0 to 150
/// @param history   age of the oldest account, months, 0 to 360
/// @param late      late payments in the last two years, 0 to 12
/// @param used      share of the credit lines in use, percent, 0 to 120
/// @param job       half years in the present job, 0 to 80
/// @param loan      half thousands asked for, 1 to 120
/// @param enquiries in the last half year, 0 to 10
struct Applicant {
    uint16 income;
    uint8 debt;
    uint16 history;
    uint8 late;
    uint8 used;
    uint8 job;
    uint8 loan;
    uint8 enquiries;
}

using LibApplicant for Applicant global;

/// @title From whole numbers to the row that the credit model reads
library LibApplicant {
    bytes32 internal constant TYPEHASH = keccak256(
        "Applicant(uint16 income,uint8 debt,uint16 history,uint8 late,uint8 used,uint8 job,uint8 loan,uint8 enquiries)"
    );

    error Applicant_OutOfRange(uint256 feature, uint256 value);

    /// @notice The model's input `applicant`: eight `f32`, each the number nearest to the decimal that is meant.
    /// @dev    A row outside the range of what the model was trained on is refused: its answer would mean nothing.
    function encode(Applicant memory a) internal pure returns (bytes memory) {
        F32[] memory row = new F32[](8);
        row[0] = _feature(0, a.income, 80, 2500, 10);
        row[1] = _feature(1, a.debt, 0, 150, 100);
        row[2] = _feature(2, a.history, 0, 360, 1);
        row[3] = _feature(3, a.late, 0, 12, 1);
        row[4] = _feature(4, a.used, 0, 120, 100);
        row[5] = _feature(5, a.job, 0, 80, 2);
        row[6] = _feature(6, a.loan, 1, 120, 2);
        row[7] = _feature(7, a.enquiries, 0, 10, 1);
        return F32Bytes.encode(row);
    }

    /// @notice EIP-712 hash of the struct.
    function hash(Applicant memory a) internal pure returns (bytes32) {
        return keccak256(abi.encode(TYPEHASH, a));
    }

    function _feature(uint256 feature, uint256 value, uint256 least, uint256 most, uint256 unit) private pure returns (F32) {
        if (value < least || value > most) revert Applicant_OutOfRange(feature, value);
        return F32Bytes.fromRatio(false, value, unit);
    }
}
