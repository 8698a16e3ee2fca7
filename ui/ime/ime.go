// Package ime switches the system's input method off for a window whose keys are no text.
//
// On Windows a Chinese input method takes a scanner's keys before the window hears of them: letters begin a word, a digit chooses
// one, and GLFW drops what the method has taken (VK_PROCESSKEY). A window without an input context gets the keys as they are. Elsewhere
// nothing is done: X11 and macOS hand over digits also with an input method on.
package ime
