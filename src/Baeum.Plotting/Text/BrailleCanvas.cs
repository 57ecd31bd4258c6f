using System.Text;

namespace Baeum.Plotting.Text;

/// <summary>A grid of dots, two across and four down in each character, each character in the colour of what was drawn last.</summary>
internal sealed class BrailleCanvas(int columns, int rows)
{
    // Unicode numbers the dots of a character down its left half, then down its right, and the lowest pair last
    private static readonly int[,] Bits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    private readonly int[,] cells = new int[rows, columns];
    private readonly int[,] inks = new int[rows, columns];
    private readonly char[,] letters = new char[rows, columns];

    internal int DotsAcross => 2 * columns;

    internal int DotsDown => 4 * rows;

    /// <summary>Sets a dot; those outside are left out.</summary>
    internal void Dot(int x, int y, int ink)
    {
        if (x < 0 || x >= DotsAcross || y < 0 || y >= DotsDown)
            return;
        cells[y / 4, x / 2] |= Bits[y % 4, x % 2];
        inks[y / 4, x / 2] = ink;
    }

    /// <summary>Sets the dots between two points.</summary>
    internal void Line((double X, double Y) from, (double X, double Y) to, int ink)
    {
        int steps = (int)Math.Min(10_000, Math.Ceiling(Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y))));
        for (int i = 0; i <= steps; i++)
        {
            double share = steps == 0 ? 0 : i / (double)steps;
            Dot((int)Math.Floor(from.X + share * (to.X - from.X)), (int)Math.Floor(from.Y + share * (to.Y - from.Y)), ink);
        }
    }

    /// <summary>Puts a letter over the dots.</summary>
    internal void Letter(int x, int y, char letter, int ink)
    {
        (int row, int column) = (Math.Clamp(y / 4, 0, rows - 1), Math.Clamp(x / 2, 0, columns - 1));
        letters[row, column] = letter;
        inks[row, column] = ink;
    }

    /// <summary>One line of characters; <paramref name="paint"/> colours a character of an ink.</summary>
    internal string Row(int row, Func<string, int, string> paint)
    {
        var line = new StringBuilder();
        for (int column = 0; column < columns; column++)
        {
            char letter = letters[row, column] != 0 ? letters[row, column] : (char)(0x2800 + cells[row, column]);
            line.Append(letter == 0x2800 ? " " : paint(letter.ToString(), inks[row, column]));
        }
        return line.ToString();
    }
}
