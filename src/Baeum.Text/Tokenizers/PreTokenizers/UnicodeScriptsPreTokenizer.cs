using System.Text;
using System.Text.Json;

namespace Baeum.Text;

/// <summary>Cuts where the script changes (Latin, Hangul, ...); Hiragana and Katakana count as Han, and spaces belong to what stands before them.</summary>
public sealed class UnicodeScriptsPreTokenizer : PreTokenizer
{
    internal override void Apply(PieceList pieces) => pieces.Split((_, text) =>
    {
        var words = new List<Piece>();
        int start = 0, at = 0, last = -1;
        foreach (Rune rune in text.Chars.EnumerateRunes())
        {
            int script = UnicodeScripts.Of(rune);
            if (script != UnicodeScripts.Any)
            {
                if (script != last)
                {
                    if (last >= 0)
                        words.Add(new Piece(text.Slice(start, at)));
                    start = at;
                }
                last = script;
            }
            at += rune.Utf16SequenceLength;
        }
        // spaces before the first word belong to none, as in the reference implementation
        if (last >= 0)
            words.Add(new Piece(text.Slice(start, at)));
        return words;
    });

    internal override void Write(Utf8JsonWriter json) => json.Part("UnicodeScripts");
}

/// <summary>The script of a code point as a number; only equality matters.</summary>
internal static class UnicodeScripts
{
    /// <summary>Fits every script: spaces, and what is not assigned.</summary>
    internal const int Any = 0;

    // ascending ranges: the gap before, the length less one, the script; five bits a digit, the sixth says that more follow
    private const string Packed =
        "AfYBfYAZ+BAFYAZ+BAuBYAA+BAOYAA+BAEYAW+BAAYAe+BAAYAgO+BAmBYAE+BAEYABNATYAvDxBADnBAAYACnBCDnBAAYAAnBEAnBAAYAAnBAAYACnBBAnBBTnBB+BnBANZAPnBAkEcABxBAoFcBl" +
        "BFCGFBmBFBAYAAFCCFB2BuBIauBFEuBLEEAAYAFEAAYANEABYBAEAAYAfEAAYAJEAKxBAZEAAxBArDEAAYAhBEAN3DB7B3DCC3DAvBEAxBhEO6B4CFtBtDCOtDBboCCAoChCUEBHEWNEAAYAcEAwCe" +
        "ABxBAQeABYAZeADLBHLCBLCVLBGLBALDDLCILCBLCDLIALEBLBELCVLFCpBBFpBEBpBCVpBBGpBBBpBBBpBBBpBCApBBEpBEBpBCCpBDApBHDpBBApBHPpBLCoBBIoBBCoBBVoBBGoBBBoBBEoBCJo" +
        "BBCoBBCoBCAoBPDoBCLoBHAoBHCiDBHiDCBiDCViDBGiDBBiDBEiDCIiDCBiDCCiDIBiDEBiDBEiDCRiDKB+DBF+DDC+DBD+DDB+DBA+DBB+DDB+DDC+DDL+DEE+DDC+DBD+DCA+DGA+DOU+DFDgEB" +
        "HgEBCgEBWgEBPgEDHgEBCgEBDgEHBgEBCgEFDgECJgEIHgEAD2BBH2BBC2BBW2BBJ2BBE2BCI2BBC2BBD2BHB2BHA2BBD2BCJ2BBB2BOCnCBHnCBCnCBoBnCCHnCBCnCBFnCEPnCCZnCCBzDBRzDDX" +
        "zDBIzDBAzDCGzDDAzDEFzDBAzDBHzDGJzDCCzDM5BiEEAYAbiElBB9BBA9BCB9BBA9BCA9BGD9BBG9BBC9BBA9BBA9BCB9BBM9BBC9BCE9BBA9BBF9BCJ9BCD9BgBnCjEBjBjEEmBjEBjBjEBOjEBG" +
        "jEADYABjElB/E0CAlBjBBAjBFAjBCqBjBAAYADjBA/HrBAoCiBBDiBCGiBBAiBBDiBCoBiBBDiBCgBiBBDiBCGiBBAiBBDiBCOiBB4BiBBDiBCiCiBCfiBDZiBG1CXCFXC/TSAc5CDqCsDACYAKsDH" +
        "M4DBG4DLUsBABYJTRMM5DBC5DBB5DM9C6BCJ6BGJ6BGBxCABYAAxCAAYAIxCBJxCG3CxCIqBxCFlCSKegCBLgCELgCEAgCDLgCAd6DCE6DLrB2CEZ2CGK2CDB2CAf6BAbQCBQA+B7DBc7DCK7DGJ7D" +
        "GN7DCOxBhCrCHEsBHD/B1DAzBKIDKA3B/BDO/BDC/BAvB6CAIc3BH1DICxBAAYAMxBAAYAGxBADYAAxBAFYAAxBABYBBxBGlB+BAEnBAAcAwB+BAEnBAD+BAEnBAM+BAAcAlC+BAAnBA1BxBFExBA/" +
        "H+BAVnBCFnBClBnBCFnBCHnBBAnBBAnBBAnBBenBC0BnBBOnBBNnBCFnBBSnBCCnBBInBBLYABxBA2CYBKYAA+BCKYAA+BAOYBM+BDeYRgBxBPlBYAAnBACYAB+BAFYAA+BAaYAA+BAQYAoB+BACYE" +
        "uTYBmBYZKYV/cYA/HPAzTYCfYChBYDLYBHYaDYQuBkBBuBkBBf+BAzDZFGZAlBjBBAjBFAjBC3BkEHBkEOAkEAWiBJGiBBGiBBGiBBGiBBGiBBGiBBGiBBGiBBfcAkCY7BZqBB4CqBM1GqBaLYEEYA" +
        "AqBAAYAAqBAYYAIqBADxBABrBAHYADqBADYB1CqBCBxBABYACqBAAYA5CqBAAYADqBFoBND9CrBBPYAaNFjBYMPqBAerBB/BYAerBAwCYAuBqBB3CqBAnFYA1tGqBK/BYA1uUqBqBskBpED2BpEJvB" +
        "jCArJnEU/CcA3CIIhBYAlD+BACYAjB+BBH+B/BI+BArB2DEJYG3BoDIlCuDILuDGdeCtB4BAAYAA4BAjBrDLArDAcrBDtC0BBAYAJ0BEB0BAe0CB2BWJNWCJWCDWAf0CAiC8DYE8DAWrCKFiBCFiBC" +
        "FiBJGiBBGiBBqB+BAAYAI+BAAnBKvCXAtBrCCJrCGj9KrBMWrBEwBrBkoItLqBCpDqBmBG+BMEFFZuBBEuBBAuBBBuBBBuBBJuBAxDERqLEABYQ/BEC1BEoBNECPxBAJYGNxBABcAiBYBSYBDYEEEB" +
        "mEECAYBfYAZ+BAFYAZ+BAKYAJqBAAYAsBqBABYAerBDFrBCFrBCFrBCCrBDGYBGYKEYCLiCBZiCBSiCBBiCBOiCCNiCiB6DiCFCYEsBYDIYAuCnBBLYEAnBvBsBYAAxBiEckCDwBTPAxBAaYEjB8CM" +
        "alBFqB+CFdmEBAmEAjB/CEN/CqBvCdAvBwDAdkDCJkDGjBjDEjBjDEnBhBIzBULAUwE2JhCJVhCKHhC4EFbCAbBrBbBBbDAbCAbAVwBBIwBAfmDAe1CII1CwBStBBBtBFEtBAbpDDApDAZlCFAlCgC" +
        "fuCAXtCETtCCtBtCAD5BBB5BFH5BBC5BBa5BEC5BEI5BII5BHfgDAf9CgBmBpCELpCJ1BGDGGAVzBCHzBASyBFHyBARqDHDqDMGqDwCoChD3ByB7CNyB7CHF7CgLeEhMtCOEdOPAOAhC1BOY0DHJ0D" +
        "G0BVBNVMmBmCJtCvDCPvDBTzDLR7BBrB7BhCGzCBAzCBDzCBOzCBKzCG6B8BFJ8BGDmBBHmBCBmBCVmBBGmBBBmBBEmBCImBCBmBCCmBCAmBGAmBFGmBCGmBDEmBrE5C3CBA3CBA3CiBnClEIJlEmF" +
        "1BxDClBxDiBkCwCLJwCGMxCT3B9DIJ9D2BZCDOCEPCgLyCoEMAoEgO4BnDnIIMBsBMBNMKcMDfqCCVqCBNqCpa5camDuDaBEaLjGa81CuhBgBx+DmSD5tI4RIHeyCBJyCEByCgDdJCFJKlClDKJlDB" +
        "GlDBUlDFSlDwbkCvCLuBvCQQvCgCA/Dfs/F/DTyX/DtoJBqB+/CqDfFMfDIfHJfCDfADY86E1HYKmBYC9BYACxBAQYAHxBABYAGxBAdYADxBA6BYXlCnB6F2CYJRYuE0CYBmCYBBYCAYCBYCDYBLYB" +
        "AYBGYBgCYBDYCHYBGYBbYBDYBEYBAYDGYBzKYCjJYCxBYArUyDPEyDBOyDwqBGkBBQkBCGkBBBkBBEkB1+BkGsCCPsCpBqCBFJBEBBglBDEBaEBBEBAECAEBJEBDEBAEBAEGAEEAEBAEBAEBCEBBEB" +
        "AECAEBAEBAEBAEBAEBBEBAECDEBGEBDEBDEBAEBJEBQEFCEBEEBQE0BBEuIrBYEjDYMOYCOYBOYBkBYKMYDeYB7BYE8BY5BZYAAqBABYNrBYEIYHBYuFyeYNMYDGYJzDYM0CYrBLYE3BYIJYGnBYId" +
        "YiDOYBHYIAYCLYBLYEOYhBRYuBAY/xB22pBqBpB0hEqBL9GqBCh0FqB+qK9QqBjvhWAYe/CYgEvHxB";

    private static readonly (int Start, int End, int Script)[] Ranges = Unpack();

    internal static int Of(Rune rune)
    {
        int low = 0, high = Ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            (int start, int end, int script) = Ranges[middle];
            if (rune.Value < start)
                high = middle - 1;
            else if (rune.Value > end)
                low = middle + 1;
            else
                return script;
        }
        return Any;
    }

    private static (int Start, int End, int Script)[] Unpack()
    {
        const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var ranges = new List<(int, int, int)>();
        int at = 0, next = 0;
        while (at < Packed.Length)
        {
            int start = next + Number(), end = start + Number();
            ranges.Add((start, end, Number()));
            next = end + 1;
        }
        return [.. ranges];

        int Number()
        {
            int value = 0;
            for (int shift = 0; ; shift += 5)
            {
                int digit = Digits.IndexOf(Packed[at++]);
                value |= (digit & 31) << shift;
                if (digit < 32)
                    return value;
            }
        }
    }
}
