using System.Buffers.Binary;

namespace Baeum.Text;

/// <summary>Walks through a protocol-buffer message field by field. Every length is checked against what is there, and nothing is copied.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message, string file)
{
    private const int VarintType = 0, Fixed64Type = 1, BytesType = 2, Fixed32Type = 5;

    private readonly ReadOnlySpan<byte> message = message;
    private int position;
    private int wireType;

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    internal int Field { get; private set; }

    /// <summary>Goes to the next field; false at the message's end.</summary>
    internal bool Next()
    {
        if (position == message.Length)
            return false;
        ulong tag = ReadVarint();
        if (tag is 0 or > uint.MaxValue || tag >> 3 == 0)
            throw Broken($"{tag} is no field tag");
        (Field, wireType) = ((int)(tag >> 3), (int)(tag & 7));
        return true;
    }

    /// <summary>The field as an integer.</summary>
    internal long Integer()
    {
        Expect(VarintType);
        return (long)ReadVarint();
    }

    /// <summary>The field as a truth value.</summary>
    internal bool Boolean() => Integer() != 0;

    /// <summary>The field as a number of single precision.</summary>
    internal float Single()
    {
        Expect(Fixed32Type);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    /// <summary>The field as bytes: a text, a blob or a message of its own.</summary>
    internal ReadOnlySpan<byte> Bytes()
    {
        Expect(BytesType);
        ulong length = ReadVarint();
        return length <= (ulong)(message.Length - position)
            ? Take((int)length)
            : throw Broken($"field {Field} claims {length} bytes where {message.Length - position} are left");
    }

    /// <summary>The field as text.</summary>
    internal string Text()
    {
        ReadOnlySpan<byte> bytes = Bytes();
        return System.Text.Unicode.Utf8.IsValid(bytes) ? System.Text.Encoding.UTF8.GetString(bytes) : throw Broken($"field {Field} is not UTF-8");
    }

    /// <summary>Passes over a field that nobody asks for.</summary>
    internal void Skip()
    {
        switch (wireType)
        {
            case VarintType:
                ReadVarint();
                break;
            case Fixed64Type:
                Take(8);
                break;
            case BytesType:
                Bytes();
                break;
            case Fixed32Type:
                Take(4);
                break;
            default:
                // groups have been out of use since 2008, and a nested one is how a reader is led to overflow its stack
                throw Broken($"field {Field} has the wire type {wireType}");
        }
    }

    /// <summary>The error that names the file and the place.</summary>
    internal readonly TokenizerException Broken(string reason) => new($"{file}: no SentencePiece model, or a damaged one: {reason} (byte {position} of a message of {message.Length}).");

    private readonly void Expect(int type)
    {
        if (wireType != type)
            throw Broken($"field {Field} has the wire type {wireType} instead of {type}");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > message.Length - position)
            throw Broken($"{count} bytes are wanted where {message.Length - position} are left");
        ReadOnlySpan<byte> taken = message.Slice(position, count);
        position += count;
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position == message.Length)
                throw Broken("it ends in the middle of a number");
            byte part = message[position++];
            if (shift == 63 && part > 1)
                break;
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        throw Broken("a number is longer than 64 bits");
    }
}
