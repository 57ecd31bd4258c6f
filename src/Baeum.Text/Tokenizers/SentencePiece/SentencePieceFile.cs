namespace Baeum.Text;

/// <summary>What a piece of a SentencePiece vocabulary is for; the numbers are the file's.</summary>
internal enum SentencePieceKind
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>What stands for everything that is not in the vocabulary.</summary>
    Unknown = 2,

    /// <summary>A mark such as <c>&lt;s&gt;</c>, which text never becomes.</summary>
    Control = 3,

    /// <summary>A text that always stays whole.</summary>
    UserDefined = 4,

    /// <summary>In the vocabulary, but switched off.</summary>
    Unused = 5,

    /// <summary>A single byte, for characters that are not in the vocabulary.</summary>
    Byte = 6,
}

/// <summary>A piece of a SentencePiece vocabulary.</summary>
/// <param name="Text">Its text; U+2581 stands for a space.</param>
/// <param name="Score">Unigram: its log probability. BPE: minus its rank.</param>
/// <param name="Kind">What it is for.</param>
internal readonly record struct SentencePieceEntry(string Text, float Score, SentencePieceKind Kind);

/// <summary>How a SentencePiece model rewrites text.</summary>
internal sealed class SentencePieceRules
{
    /// <summary>The compiled character map; empty: none.</summary>
    internal byte[] CharacterMap { get; set; } = [];

    /// <summary>Puts a space before the text, so that a word is the same piece at the beginning and inside.</summary>
    internal bool AddDummyPrefix { get; set; } = true;

    /// <summary>Drops spaces at both ends and all but one between words.</summary>
    internal bool RemoveExtraSpaces { get; set; } = true;

    /// <summary>Writes a space as U+2581.</summary>
    internal bool EscapeSpaces { get; set; } = true;
}

/// <summary>The contents of a SentencePiece <c>.model</c> file, read and checked.</summary>
internal sealed class SentencePieceFile
{
    // what the library writes when a model does not say otherwise: " ⁇ "
    private const string DefaultUnknownSurface = " \u2047 ";

    /// <summary>The pieces; a piece's place is its id.</summary>
    internal List<SentencePieceEntry> Pieces { get; } = [];

    /// <summary>True for byte-pair encoding, false for Unigram.</summary>
    internal bool IsBpe { get; private set; }

    /// <summary>Whether unknown characters become byte pieces.</summary>
    internal bool ByteFallback { get; private set; }

    /// <summary>Whether the space belongs to the end of the word before it.</summary>
    internal bool SpaceAsSuffix { get; private set; }

    /// <summary>What an unknown piece is decoded to.</summary>
    internal string UnknownSurface { get; private set; } = DefaultUnknownSurface;

    /// <summary>How text is rewritten before it is cut.</summary>
    internal SentencePieceRules Normalization { get; } = new();

    /// <summary>How decoded text is rewritten; null: not at all.</summary>
    internal SentencePieceRules? Denormalization { get; private set; }

    /// <summary>Reads a model.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="TokenizerException">It is damaged, contradicts itself, or is of a kind that is neither BPE nor Unigram.</exception>
    internal static SentencePieceFile Parse(ReadOnlySpan<byte> bytes, string name)
    {
        var file = new SentencePieceFile();
        var reader = new ProtobufReader(bytes, name);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    file.Pieces.Add(ReadPiece(new ProtobufReader(reader.Bytes(), name)));
                    break;
                case 2:
                    file.ReadTrainer(new ProtobufReader(reader.Bytes(), name));
                    break;
                case 3:
                    ReadRules(new ProtobufReader(reader.Bytes(), name), file.Normalization);
                    break;
                case 5:
                    file.Denormalization ??= new SentencePieceRules();
                    ReadRules(new ProtobufReader(reader.Bytes(), name), file.Denormalization);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        file.Check(name);
        return file;
    }

    /// <summary>The byte that a piece such as <c>&lt;0x0A&gt;</c> stands for; -1 when it is none.</summary>
    internal static int ByteOf(ReadOnlySpan<char> piece)
    {
        if (piece is not ['<', '0', 'x', var high, var low, '>'])
            return -1;
        (int first, int second) = (Digit(high), Digit(low));
        return first < 0 || second < 0 ? -1 : (16 * first) + second;

        static int Digit(char c) => c is >= '0' and <= '9' ? c - '0' : c is >= 'A' and <= 'F' ? c - 'A' + 10 : -1;
    }

    private static SentencePieceEntry ReadPiece(ProtobufReader reader)
    {
        string text = "";
        float score = 0;
        var kind = SentencePieceKind.Normal;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    text = reader.Text();
                    break;
                case 2:
                    score = reader.Single();
                    break;
                case 3:
                    kind = (SentencePieceKind)Math.Clamp(reader.Integer(), 0, int.MaxValue);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (text.Length == 0)
            throw reader.Broken("a piece is empty");
        if (!float.IsFinite(score))
            throw reader.Broken($"the piece '{text}' has the score {score}");
        return Enum.IsDefined(kind) ? new SentencePieceEntry(text, score, kind) : throw reader.Broken($"the piece '{text}' is of the unknown kind {(int)kind}");
    }

    private static void ReadRules(ProtobufReader reader, SentencePieceRules rules)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    rules.CharacterMap = reader.Bytes().ToArray();
                    break;
                case 3:
                    rules.AddDummyPrefix = reader.Boolean();
                    break;
                case 4:
                    rules.RemoveExtraSpaces = reader.Boolean();
                    break;
                case 5:
                    rules.EscapeSpaces = reader.Boolean();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void ReadTrainer(ProtobufReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 3:
                    long type = reader.Integer();
                    IsBpe = type switch
                    {
                        1 => false,
                        2 => true,
                        _ => throw reader.Broken($"models of type {type} are not supported, only Unigram (1) and BPE (2)"),
                    };
                    break;
                case 24:
                    SpaceAsSuffix = reader.Boolean();
                    break;
                case 35:
                    ByteFallback = reader.Boolean();
                    break;
                case 44:
                    UnknownSurface = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    private void Check(string name)
    {
        if (Pieces.Count == 0)
            throw new TokenizerException($"{name}: no SentencePiece model: it holds no pieces.");
        int unknown = 0;
        var bytes = new HashSet<int>();
        var text = new HashSet<string>(Pieces.Count, StringComparer.Ordinal);
        var reserved = new HashSet<string>(StringComparer.Ordinal);
        foreach (SentencePieceEntry piece in Pieces)
        {
            bool isText = piece.Kind is SentencePieceKind.Normal or SentencePieceKind.UserDefined or SentencePieceKind.Unused;
            if (!(isText ? text : reserved).Add(piece.Text))
                throw new TokenizerException($"{name}: the piece '{piece.Text}' is there twice.");
            if (piece.Kind == SentencePieceKind.Unknown)
                unknown++;
            if (piece.Kind == SentencePieceKind.Byte && (ByteOf(piece.Text) < 0 || !bytes.Add(ByteOf(piece.Text))))
                throw new TokenizerException($"{name}: '{piece.Text}' is no byte piece such as <0x0A>.");
        }
        if (unknown != 1)
            throw new TokenizerException($"{name}: {unknown} pieces are marked as the unknown one; there must be one.");
        if (ByteFallback && bytes.Count != 256)
            throw new TokenizerException($"{name}: byte fallback needs all 256 byte pieces, but {bytes.Count} are there.");
        if (text.Count == 0)
            throw new TokenizerException($"{name}: there is no piece of text in the vocabulary.");
    }
}
