using System.Globalization;

namespace Baeum.Course;

/// <summary>Everything the course says to its reader, in Korean and English.</summary>
internal static class Messages
{
    internal static string NoFolder(string folder) => Pick($"{folder} 폴더가 없습니다.", $"There is no folder {folder}.");

    internal static string NoCourse => Pick(
        "chapters 폴더를 찾지 못했습니다. 환경 변수 BAEUM_HOME에 배움의 폴더를 지정하세요.",
        "The folder 'chapters' was not found. Set BAEUM_HOME to the folder of Baeum.");

    internal static string HeaderLacks(string path, string key) => Pick(
        $"{path}: 머리말에 '// {key}: ...' 줄이 없습니다.", $"{path}: the header lacks '// {key}: ...'");

    internal static string HeaderMinutes(string path, string text) => Pick(
        $"{path}: '// minutes: {text}': 분을 나타내는 숫자가 아닙니다.", $"{path}: '// minutes: {text}' is not a number of minutes");

    internal static string SameId(string id, IEnumerable<string> paths) => Pick(
        $"두 파일이 같은 이름({id})을 씁니다: {string.Join(", ", paths)}", $"Two files have the id {id}: {string.Join(", ", paths)}");

    internal static string SetForm(string assignment) => Pick(
        $"--set {assignment}: '이름=값' 꼴로 써 주세요. 예: --set lr=0.01", $"--set {assignment}: write name=value, for example --set lr=0.01");

    internal static string SetNumber(string assignment) => Pick(
        $"--set {assignment}: 값이 숫자가 아닙니다. 예: 0.01, 1e-3", $"--set {assignment}: the value is not a number such as 0.01 or 1e-3");

    internal static string SetRange(string name, double value, double low, double high) => Pick(
        Invariant($"--set {name}={value}: {low} 이상 {high} 이하의 값이어야 합니다."), Invariant($"--set {name}={value}: must be from {low} to {high}"));

    internal static string SetWhole(string name, double value) => Pick(
        Invariant($"--set {name}={value}: 정수여야 합니다."), Invariant($"--set {name}={value}: must be a whole number"));

    internal static string Mode(string text) => Pick(
        $"--mode {text}: published, corrected, both 가운데 하나를 써 주세요.", $"--mode {text}: write published, corrected or both");

    internal static string PlotForm(string text) => Pick(
        $"--plot {text}: png, svg, text 가운데 하나를 써 주세요.", $"--plot {text}: write png, svg or text");

    internal static string Seed(string text) => Pick(
        $"--seed {text}: 0부터 4294967295까지의 정수를 써 주세요.", $"--seed {text}: write a whole number from 0 to 4294967295");

    internal static string UnknownOption(string name) => Pick($"모르는 옵션입니다: {name}.", $"Unknown option: {name}.");

    internal static string OptionLacksValue(string name) => Pick($"{name} 뒤에 값이 필요합니다.", $"{name} needs a value.");

    internal static string Nearest(IReadOnlyList<string> names) => names.Count == 0
        ? ""
        : Pick($" 비슷한 이름: {string.Join(", ", names)}", $" Did you mean {string.Join(", ", names)}?");

    internal static string UnknownParameter(Chapter chapter, string name)
    {
        string known = chapter.Parameters.Count == 0
            ? Pick(" 이 장에는 바꿀 수 있는 값이 없습니다.", " This chapter has nothing to set.")
            : Nearest(Baeum.Nearest.Names(name, chapter.Parameters)) is { Length: > 0 } near
                ? near
                : Pick($" 바꿀 수 있는 값: {string.Join(", ", chapter.Parameters)}", $" There is: {string.Join(", ", chapter.Parameters)}");
        return Pick($"{chapter.Id}에는 '{name}' 값이 없습니다.{known}", $"{chapter.Id} has no parameter '{name}'.{known}");
    }

    internal static string TakesNoData(Chapter chapter) => Pick(
        $"--data: {chapter.Id}에는 바꾸어 넣을 표가 없습니다.", $"--data: {chapter.Id} has no table that could be replaced.");

    internal static string DataUnreadable(string reason) => Pick($"--data: 파일을 읽을 수 없습니다. {reason}", $"--data: the file cannot be read. {reason}");

    internal static string DataLacksColumns(string path, IEnumerable<string> missing, IEnumerable<string> needed) => Pick(
        $"--data {path}: 없는 열: {string.Join(", ", missing)}. 필요한 열: {string.Join(", ", needed)}",
        $"--data {path}: missing columns: {string.Join(", ", missing)}. Needed are: {string.Join(", ", needed)}");

    internal static string DataNotNumeric(string path, string column) => Pick(
        $"--data {path}: '{column}' 열에는 숫자만 있어야 합니다.", $"--data {path}: column '{column}' must hold numbers only");

    internal static string DataHasGaps(string path, string column, int count) => Pick(
        $"--data {path}: '{column}' 열에 빈칸이 {count}개 있습니다. 채우거나 그 줄을 지워 주세요.",
        $"--data {path}: column '{column}' has {count} empty cells; fill them or remove their rows");

    internal static string DataTooShort(string path, int rows, int least) => Pick(
        $"--data {path}: {rows}줄뿐입니다. 적어도 {least}줄이 필요합니다.", $"--data {path}: has {rows} rows; at least {least} are needed");

    internal static string NotCompared(IEnumerable<string> changed) => Pick(
        $"값을 바꾸어 실행했으므로({string.Join(", ", changed)}) 기준값과 비교하지 않았습니다.",
        $"Not compared with the chapter's figures, because of {string.Join(", ", changed)}.");

    internal static string Done(int passed, int checks, double seconds)
    {
        string time = seconds.ToString("0.00", CultureInfo.InvariantCulture);
        return checks == 0
            ? Pick($"끝 ({time}초)", $"Done ({time} s)")
            : Pick($"검산 {checks}개 중 {passed}개 일치 ({time}초)", $"{passed} of {checks} checks passed ({time} s)");
    }

    internal static string Picture => Pick("그림", "picture");

    internal static string Expected(string wanted, double error, double allowed) => Pick(
        Invariant($"기준값 {wanted} (오차 {error:0.0e+0}, 허용 {allowed:0.0e+0})"), Invariant($"expected {wanted} (error {error:0.0e+0}, allowed {allowed:0.0e+0})"));

    internal static string AndMore(int count) => Pick($"그 밖에 {count}개", $"and {count} more");

    private static string Pick(string korean, string english) => UserLanguage.Pick(korean, english);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
